"""What an operator may set, and how a wrong value is answered."""

from dataclasses import astuple
from pathlib import Path

import pytest

from chatapp import environment
from chatapp.environment import WrongSetting, read

PUBLIC = {"SECRET_KEY": "k" * 40, "ALLOWED_HOSTS": "chat.example.com", "BIND": "0.0.0.0"}

WRONG = [
    ("ANTHROPIC_API_KEY", "sk ant"),
    ("ANTHROPIC_API_KEY", "sk-ant-ключ"),
    ("ANTHROPIC_BASE_URL", "api.anthropic.com"),
    ("ANTHROPIC_BASE_URL", "ftp://api.anthropic.com"),
    ("ANTHROPIC_BASE_URL", "https://api.anthropic.com/v1"),
    ("ANTHROPIC_BASE_URL", "https://key@api.anthropic.com"),
    ("ANTHROPIC_BASE_URL", "http://127.0.0.1:x"),
    ("ANTHROPIC_BASE_URL", "http://[::1"),
    ("DATABASE_URL", "mysql://root:hunter22@db/chat"),
    ("DATABASE_URL", "postgresql://user:hunter22@db"),
    ("DATABASE_URL", "postgresql://user:hunter22@db:port/chat"),
    ("DATABASE_URL", "postgresql://user:hunter22@[db/chat"),
    ("REDIS_URL", "localhost:6379"),
    ("REDIS_URL", "http://localhost:6379"),
    ("REDIS_URL", "redis://:hunter22@localhost:port"),
    ("SECRET_KEY", "hunter22"),
    ("ALLOWED_HOSTS", "*"),
    ("ALLOWED_HOSTS", "chat.example.com,*"),
    ("ALLOWED_HOSTS", "*.example.com"),
    ("ALLOWED_HOSTS", ".example.com"),
    ("ALLOWED_HOSTS", "https://chat.example.com"),
    ("ALLOWED_HOSTS", "chat.example.com:8000"),
    ("ALLOWED_HOSTS", ","),
    ("ORIGINS", "chat.example.com"),
    ("ORIGINS", "https://*.example.com"),
    ("ORIGINS", "http://chat.example.com"),
    ("ORIGINS", "https://chat.example.com/"),
    ("ORIGINS", "null"),
    ("BIND", "my-host"),
    ("PORT", "0"),
    ("PORT", "65536"),
    ("PORT", "-1"),
    ("PORT", "8000\n8001"),
    ("PORT", "８０００"),
    ("DEMO_PASSWORD", "hunter2"),
    ("DATA_DIR", __file__),
    ("FILES_URL", "/srv/files"),
    ("FILES_URL", "file://server/share"),
    ("FILES_URL", "s3://chats"),
    ("FILES_URL", "s3://key:hunter22@s3.example.com"),
    ("FILES_URL", "s3://key:hunter22@s3.example.com/chats?endpoint=x"),
    ("DRAIN_SECONDS", "2.5"),
    ("LOG_LEVEL", "LOUD"),
    ("SHOW_REQUESTS", "yes"),
    ("KEEP_REQUESTS_DAYS", "-1"),
    ("KEEP_REQUESTS_DAYS", "for ever"),
    ("KEEP_CALLS_DAYS", "31"),
    ("EMAIL_URL", "http://mail.example.com"),
    ("EMAIL_URL", "smtp://"),
    ("EMAIL_URL", "smtp://me:hunter22@host:port"),
    ("EMAIL_URL", "smtp://me:hunter22@host?tls=no"),
    ("EMAIL_FROM", "the chat"),
    ("ACCOUNT_GRACE_DAYS", "-1"),
    ("REQUIRE_MFA_FOR_STAFF", "yes"),
    ("OIDC_NAME", "a" * 61),
    ("OIDC_NAME", "a\nb"),
    ("OIDC_ISSUER", "login.example.com"),
    ("OIDC_ISSUER", "http://login.example.com"),
    ("OIDC_ISSUER", "https://login.example.com"),
    ("OIDC_CLIENT_ID", "a b"),
    ("OIDC_CLIENT_SECRET", "hunter2 2"),
    ("OIDC_DOMAINS", "@example.com"),
    ("SHARING", "off"),
    ("IMPORT_MAX_MB", "0"),
    ("EXPORT_NOTES", "yes"),
    ("SIMULATED", "yes"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_answered_by_one_line_that_names_it(
    name: str, value: str, tmp_path: Path
) -> None:
    with pytest.raises(WrongSetting) as caught:
        read({"DATA_DIR": str(tmp_path), name: value})
    line = str(caught.value)
    assert line.startswith(f"{name}: ")
    assert line.endswith((".", "(48))'"))
    assert "\n" not in line


@pytest.mark.parametrize(("name", "value"), [pair for pair in WRONG if "hunter2" in pair[1]])
def test_a_wrong_secret_is_never_quoted_back(name: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(WrongSetting) as caught:
        read({"DATA_DIR": str(tmp_path), name: value})
    assert "hunter2" not in str(caught.value)


def test_nothing_is_deleted_by_age_unless_it_is_asked_for(tmp_path: Path) -> None:
    env = read({"DATA_DIR": str(tmp_path)})
    assert (env.keep_requests_days, env.keep_calls_days) == (0, 0)
    asked = {"KEEP_REQUESTS_DAYS": "1", "KEEP_CALLS_DAYS": "32"}
    env = read({"DATA_DIR": str(tmp_path), **asked})
    assert (env.keep_requests_days, env.keep_calls_days) == (1, 32)


def test_every_declared_variable_has_a_wrong_value_in_these_tests() -> None:
    assert {name for name, _ in WRONG} == set(environment.DECLARED)


MAIL = [
    ("smtp://me:p%40ss@mail.example.com", ("mail.example.com", 587, "me", "p@ss", False, True)),
    ("smtps://mail.example.com", ("mail.example.com", 465, "", "", True, False)),
    ("smtp://127.0.0.1:1025?tls=off", ("127.0.0.1", 1025, "", "", False, False)),
]


@pytest.mark.parametrize(("url", "found"), MAIL)
def test_mail_goes_out_by_tls_unless_it_is_switched_off(
    url: str, found: tuple[object, ...], tmp_path: Path
) -> None:
    mail = read({"DATA_DIR": str(tmp_path), "EMAIL_URL": url}).mail
    assert mail
    assert astuple(mail) == found


def test_sign_on_is_there_once_its_three_settings_are(tmp_path: Path) -> None:
    assert read({"DATA_DIR": str(tmp_path)}).oidc is None
    given = {
        "OIDC_ISSUER": "https://login.example.com/",
        "OIDC_CLIENT_ID": "chat",
        "OIDC_CLIENT_SECRET": "s" * 20,
        "OIDC_DOMAINS": "Example.com, example.org",
    }
    oidc = read({"DATA_DIR": str(tmp_path), **given}).oidc
    assert oidc
    assert oidc.issuer == "https://login.example.com"
    assert oidc.domains == ("example.com", "example.org")


def test_secrets_of_mail_and_sign_on_are_kept_out_of_the_log(tmp_path: Path) -> None:
    given = {
        "EMAIL_URL": "smtp://me:hunter22@mail.example.com",
        "OIDC_ISSUER": "https://login.example.com",
        "OIDC_CLIENT_ID": "chat",
        "OIDC_CLIENT_SECRET": "hunter23",
    }
    assert {"hunter22", "hunter23"} < {*read({"DATA_DIR": str(tmp_path), **given}).secrets}


def test_nothing_set_means_this_machine_only(tmp_path: Path) -> None:
    env = read({"DATA_DIR": str(tmp_path)})
    assert env.is_local
    assert not env.is_secure
    assert env.needs_simulator
    assert env.address == "http://127.0.0.1:8000/"
    assert "http://localhost:8000" in env.origins


def test_the_secret_key_of_a_data_folder_is_made_once_and_private(tmp_path: Path) -> None:
    first = read({"DATA_DIR": str(tmp_path)})
    second = read({"DATA_DIR": str(tmp_path)})
    assert len(first.secret_key) >= 50
    assert first.secret_key == second.secret_key
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]


@pytest.mark.parametrize("change", [{"BIND": "0.0.0.0"}, {"ALLOWED_HOSTS": "chat.example.com"}])
def test_off_loopback_the_secret_key_must_be_given(change: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match=r"^SECRET_KEY: needed off loopback"):
        read({"DATA_DIR": str(tmp_path), **change})
    assert list(tmp_path.iterdir()) == []


def test_a_public_host_is_reached_by_https_alone() -> None:
    env = read(PUBLIC)
    assert env.origins == ("https://chat.example.com",)
    assert env.is_secure
    assert not env.is_local


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WrongSetting, match=r"^DATA_DIR: cannot keep a key"):
        read({"DATA_DIR": str(tmp_path / "file" / "data")})


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("sk-from-a-file\n")
    env = read({**PUBLIC, "ANTHROPIC_API_KEY_FILE": str(tmp_path / "key")})
    assert env.anthropic_api_key == "sk-from-a-file"
    assert not env.needs_simulator


def test_a_secret_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match=r"^SECRET_KEY_FILE: cannot read .*No such file"):
        read({"SECRET_KEY_FILE": str(tmp_path / "missing")})


def test_a_secret_given_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match=r"^SECRET_KEY: give it or SECRET_KEY_FILE, not both"):
        read({**PUBLIC, "SECRET_KEY_FILE": str(tmp_path / "key")})


def test_a_database_url_becomes_djangos_entry_with_a_pool() -> None:
    url = "postgresql://us%40er:p%2Fw@db.example:5433/chat?sslmode=require"
    entry = read({**PUBLIC, "DATABASE_URL": url}).database
    assert (entry["USER"], entry["PASSWORD"]) == ("us@er", "p/w")
    assert (entry["HOST"], entry["PORT"], entry["NAME"]) == ("db.example", "5433", "chat")
    assert entry["OPTIONS"]["sslmode"] == "require"
    assert entry["OPTIONS"]["pool"]["max_size"] == 16
    assert entry["CONN_MAX_AGE"] == 0


def test_the_running_embedded_server_is_found_by_other_commands(tmp_path: Path) -> None:
    (tmp_path / "database.url").write_text("postgresql://chatapp:x@127.0.0.1:5555/chatapp")
    assert read({"DATA_DIR": str(tmp_path)}).database["PORT"] == "5555"


def test_the_documented_table_is_the_declared_one() -> None:
    page = Path(__file__).parents[2] / "README.md"
    assert environment.settings_table() in page.read_text(encoding="utf-8")
