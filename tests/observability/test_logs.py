"""What is written to the log, and above all what is not."""

import io
import logging
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from chatapp.observability.ids import REQUEST_ID, serving_run
from chatapp.observability.logs import LineFormatter, StderrHandler, logging_config
from chatapp.observability.redaction import Cleaner

KEY = "sk-ant-api03-canary_canary-0123456789"
SECRET = 'it\'s a "quoted" \\ canary'
COOKIE = "canary-session-value"


@pytest.fixture
def written() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def log(written: io.StringIO) -> logging.Logger:
    """A logger of its own: pytest's handlers on the others fail at records we mean to be bad."""
    handler = StderrHandler(written)
    handler.setFormatter(LineFormatter(Cleaner([SECRET, ""])))
    logger = logging.Logger("canary")  # noqa: LOG001
    logger.addHandler(handler)
    return logger


LEAKS = [
    KEY,
    SECRET,
    repr(SECRET),
    f"Authorization: Bearer {COOKIE}",
    f"x-api-key={COOKIE}",
    f"Cookie: a=b; session={COOKIE}",
    f"Set-Cookie: session={COOKIE}; HttpOnly",
    f"<SimpleCookie: session='{COOKIE}'>",
    str({"X-Api-Key": COOKIE, "accept": "*/*"}),
    str([(b"accept", b"*/*"), (b"cookie", COOKIE.encode())]),
    f'{{"authorization": "Bearer \\"{COOKIE}", "accept": "*/*"}}',
    rf"{{\"headers\": {{\"x-api-key\": \"{COOKIE}\"}}}}",
    f"HTTP_COOKIE={COOKIE}",
    f"ANTHROPIC_API_KEY={COOKIE}",
    f"SECRET_KEY: '{COOKIE}'",
    f"csrfmiddlewaretoken={COOKIE}",
    f"could not connect to postgresql://chat:{COOKIE}@db/chat",
    f"could not connect to redis://:{COOKIE}@cache:6379/0",
]


@pytest.mark.parametrize("leak", LEAKS)
def test_a_secret_in_the_message_is_removed(
    log: logging.Logger, written: io.StringIO, leak: str
) -> None:
    log.info(leak)
    assert "canary" not in written.getvalue().replace("logger=canary", "")
    assert "[removed]" in written.getvalue()


@pytest.mark.parametrize("leak", LEAKS)
def test_a_secret_in_the_arguments_is_removed(
    log: logging.Logger, written: io.StringIO, leak: str
) -> None:
    log.info("about to send %s", leak)
    assert "canary" not in written.getvalue().replace("logger=canary", "")


@pytest.mark.parametrize("leak", LEAKS)
def test_a_secret_in_an_extra_field_is_removed(
    log: logging.Logger, written: io.StringIO, leak: str
) -> None:
    log.info("about to send", extra={"detail": leak})
    assert "detail=" in written.getvalue()
    assert "canary" not in written.getvalue().replace("logger=canary", "")


@pytest.mark.parametrize("leak", LEAKS)
def test_a_secret_in_an_exception_and_its_causes_is_removed(
    log: logging.Logger, written: io.StringIO, leak: str
) -> None:
    root, middle, top = OSError(leak), ValueError(leak), RuntimeError(leak)
    root.__cause__ = ExceptionGroup(leak, [KeyError(leak)])
    middle.__context__, top.__cause__ = root, middle
    log.error("failed", exc_info=top)
    text = written.getvalue()
    assert all(name in text for name in ("RuntimeError", "ValueError", "OSError", "KeyError"))
    assert "canary" not in text.replace("logger=canary", "")


def test_the_canaries_would_be_seen_without_the_cleaner(
    log: logging.Logger, written: io.StringIO
) -> None:
    assert all("canary" in leak for leak in LEAKS)
    log.info("an ordinary canary")
    assert "an ordinary canary" in written.getvalue()


def test_words_near_a_secret_name_are_kept(log: logging.Logger, written: io.StringIO) -> None:
    log.info("the cookie was refused, authorization failed")
    assert 'message="the cookie was refused, authorization failed"' in written.getvalue()


def test_fields_after_a_removed_value_are_kept(log: logging.Logger, written: io.StringIO) -> None:
    log.info(str({"x-api-key": COOKIE, "accept": "text/event-stream"}))
    assert "text/event-stream" in written.getvalue()


def test_empty_and_short_secrets_strike_out_nothing() -> None:
    assert Cleaner(["", "a", "nan"])("banana") == "banana"


def test_a_secret_that_contains_another_goes_as_a_whole() -> None:
    assert Cleaner(["canary", "canary-tail"])("canary-tail canary") == "[removed] [removed]"


def test_a_repr_of_the_configuration_shows_no_secret() -> None:
    assert SECRET not in repr(logging_config("INFO", [SECRET]))


def test_every_line_names_its_request_and_run(log: logging.Logger, written: io.StringIO) -> None:
    token = REQUEST_ID.set("request-1")
    with serving_run(17):
        log.info("inside")
    REQUEST_ID.reset(token)
    log.info("outside")
    inside, outside = written.getvalue().splitlines()
    assert "request=request-1 run=17 message=inside" in inside
    assert "request=" not in outside
    assert "run=" not in outside


@pytest.fixture
def _far_from_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_far_from_utc")
def test_times_are_those_of_utc_whatever_the_zone() -> None:
    assert time.localtime(0).tm_hour == 9
    record = logging.makeLogRecord({"created": 0.0, "msecs": 7.9})
    assert LineFormatter(Cleaner([])).format(record).startswith("time=1970-01-01T00:00:00.007Z ")


def test_text_from_outside_cannot_forge_a_line(log: logging.Logger, written: io.StringIO) -> None:
    log.info("one\ntime=now level=INFO message=forged\r\u2028\x1b[31m\x7f\u202e\ud800")
    assert len(written.getvalue().splitlines()) == 1
    assert written.getvalue().strip().isprintable()


def test_text_from_outside_cannot_forge_a_field(log: logging.Logger, written: io.StringIO) -> None:
    log.info('hi" level=CRITICAL', extra={"name_given": 'x" run=1'})
    assert r'message="hi\" level=CRITICAL"' in written.getvalue()
    assert r'name_given="x\" run=1"' in written.getvalue()


def test_lines_of_a_traceback_are_indented(log: logging.Logger, written: io.StringIO) -> None:
    log.error("failed", exc_info=ValueError("one\ntime=now level=INFO"))
    first, *rest = written.getvalue().splitlines()
    assert first.startswith("time=")
    assert rest
    assert all(line.startswith("    ") for line in rest)


def test_objects_among_the_extra_fields_are_left_out(
    log: logging.Logger, written: io.StringIO
) -> None:
    log.info("seen", extra={"request": object(), "status_code": 404})
    assert "status_code=404" in written.getvalue()
    assert "request=" not in written.getvalue()


def test_arguments_that_do_not_fit_still_give_a_clean_line(
    log: logging.Logger, written: io.StringIO
) -> None:
    log.error("%s and %s", f"x-api-key: {KEY}", exc_info=ValueError("why"))
    assert "%s and %s" in written.getvalue()
    assert "ValueError: why" in written.getvalue()
    assert KEY not in written.getvalue()


class Unprintable:
    def __str__(self) -> str:
        raise RuntimeError(KEY)

    def __repr__(self) -> str:
        return KEY


def test_a_record_that_cannot_be_written_does_not_print_its_arguments(
    log: logging.Logger, written: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    log.info("%s", Unprintable())
    told = capsys.readouterr().err
    assert "RuntimeError while logging at" in told
    assert KEY not in told + written.getvalue()


CONFIGURED = """
import logging.config
from chatapp.observability.logs import logging_config
logging.getLogger("django.server").addHandler(logging.StreamHandler())
logging.config.dictConfig(logging_config("INFO", ["canary-secret"]))
logging.getLogger("django.server").error("with canary-secret")
"""


def test_a_configured_process_writes_clean_lines_only() -> None:
    done = subprocess.run([sys.executable, "-c", CONFIGURED], capture_output=True, text=True)
    assert done.stderr.count("\n") == 1
    assert 'level=ERROR logger=django.server message="with [removed]"' in done.stderr


def test_libraries_that_log_headers_stay_quiet_at_debug() -> None:
    loggers = logging_config("DEBUG", [])["loggers"]
    assert loggers["httpcore"]["level"] == logging.WARNING
    assert loggers["django.db.backends"]["level"] == logging.WARNING


def test_libraries_are_never_louder_than_the_level_asked_for() -> None:
    assert logging_config("ERROR", [])["loggers"]["httpx"]["level"] == logging.ERROR
