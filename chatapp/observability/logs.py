"""The log: one line a record, with request and run ids and without secrets.

    time=2026-11-20T22:30:11.123Z level=INFO logger=chatapp.generation run=17 message="took a run"

The lines of a traceback follow, each indented, so that no text from outside can
pass for a record of its own.
"""

import json
import logging
import re
import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from chatapp.observability.ids import REQUEST_ID, RUN_ID, RequestId, serving_run
from chatapp.observability.redaction import Cleaner

__all__ = ["LineFormatter", "RequestId", "StderrHandler", "logging_config", "serving_run"]

# Control and direction characters, which could draw over other lines in a terminal.
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
PLAIN_VALUE = re.compile(r'[^\s"=\\]+')
STANDARD_FIELDS = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}

# They write headers or parameters at DEBUG, or a line for each request at INFO.
CHATTY = (
    "httpx",
    "httpcore",
    "aiohttp",
    "asyncio",
    "django.db.backends",
    "procrastinate",
)


class LineFormatter(logging.Formatter):
    """Writes a record as `key=value` pairs.

    Secrets are removed here and not in a filter, because only here does the text of an
    exception and of its causes exist.
    """

    def __init__(self, clean: Cleaner) -> None:
        super().__init__()
        self.converter = time.gmtime
        self._clean = clean

    def format(self, record: logging.LogRecord) -> str:
        pairs = [
            f"{key}={self._value(value)}" for key, value in self._fields(record) if value != ""
        ]
        return "\n".join([" ".join(pairs), *self._traceback(record)])

    def _fields(self, record: logging.LogRecord) -> Iterator[tuple[str, object]]:
        seconds = self.formatTime(record, "%Y-%m-%dT%H:%M:%S")
        yield "time", f"{seconds}.{int(record.msecs):03}Z"
        yield "level", record.levelname
        yield "logger", record.name
        yield "request", REQUEST_ID.get()
        yield "run", RUN_ID.get()
        yield "message", _message(record)
        for key, value in record.__dict__.items():
            # Objects are left out: Django attaches the whole request, with its query string.
            if key not in STANDARD_FIELDS and isinstance(value, str | int | float):
                yield key, value

    def _value(self, value: object) -> str:
        text = self._clean(str(value))
        if PLAIN_VALUE.fullmatch(text) and not UNPRINTABLE.search(text):
            return text
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{_printable(escaped)}"'

    def _traceback(self, record: logging.LogRecord) -> Iterator[str]:
        text = self.formatException(record.exc_info) if record.exc_info else record.exc_text or ""
        if record.stack_info:
            text = f"{text}\n{record.stack_info}"
        for line in filter(None, self._clean(text).split("\n")):
            yield f"    {_printable(line)}"


class StderrHandler(logging.StreamHandler[TextIO]):
    """Standard error, also for a record that cannot be formatted."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Say where it was; the standard library would print the arguments, secrets and all."""
        kind = sys.exc_info()[0]
        name = kind.__name__ if kind else "an error"
        sys.stderr.write(f"{name} while logging at {record.pathname}:{record.lineno}\n")


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        # Arguments that do not fit the message must not cost us the line, nor its traceback.
        return f"{record.msg} {record.args!r}"


def _printable(text: str) -> str:
    return UNPRINTABLE.sub(lambda found: json.dumps(found[0])[1:-1], text)


def logging_config(level: str, secrets: Iterable[str]) -> dict[str, Any]:
    """The value of Django's `LOGGING`: everything to standard error, nothing by mail.

    `secrets` are values that must never be written, whatever surrounds them; empty ones
    and those under six characters are passed over.
    """
    quiet = max(logging.WARNING, logging.getLevelNamesMapping()[level])
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": LineFormatter, "clean": Cleaner(secrets)}},
        "handlers": {"stderr": {"()": StderrHandler, "formatter": "line"}},
        "root": {"level": level, "handlers": ["stderr"]},
        "loggers": {
            # Django gives these two handlers of their own, which would bypass the cleaner.
            "django": {"level": level, "handlers": [], "propagate": True},
            "django.server": {"level": level, "handlers": [], "propagate": True},
            **{name: {"level": quiet} for name in CHATTY},
        },
    }
