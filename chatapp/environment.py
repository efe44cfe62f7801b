"""What an installation may set: every environment variable, its meaning and its parser.

Nothing else in the house reads `os.environ`. A wrong value raises `WrongSetting`
with one line that says what to do. Secrets may come from a file named by
`NAME_FILE`, as container engines give them. `python -m chatapp.environment`
prints the table of the documentation. No Django in here: the supervisor reads
its settings before it pays for importing the framework.
"""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatapp import setting_parsers as parsers

# A budget that is made today begins with what its month has spent by the ledger.
LONGEST_BUDGET_DAYS = 32
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")


class WrongSetting(Exception):
    """A variable has a value that cannot be used; the text is one line for the operator."""


@dataclass(frozen=True)
class Setting:
    name: str
    meaning: str
    default: str = ""
    shown_default: str = ""
    is_secret: bool = False


SETTINGS = (
    Setting(
        "ANTHROPIC_API_KEY",
        "Key for Claude. Without it the app talks to its own simulator and says so on every page.",
        shown_default="none: the simulator answers",
        is_secret=True,
    ),
    Setting(
        "ANTHROPIC_BASE_URL",
        "Address of the Messages API, without `/v1`.",
        default="https://api.anthropic.com",
    ),
    Setting(
        "DATABASE_URL",
        "PostgreSQL 15 or newer: `postgresql://user:password@host:5432/name`.",
        shown_default="none: an embedded PostgreSQL in `DATA_DIR`",
        is_secret=True,
    ),
    Setting(
        "REDIS_URL",
        "Redis or Valkey, `redis://host:6379/0`; needed as soon as more than one process serves.",
        shown_default="none: one process, in memory",
        is_secret=True,
    ),
    Setting(
        "SECRET_KEY",
        "At least 32 characters that sign sessions; needed off loopback.",
        shown_default="on loopback: made once, kept in `DATA_DIR`",
        is_secret=True,
    ),
    Setting(
        "ALLOWED_HOSTS",
        "Names under which browsers reach the app, with commas between. `*` is refused.",
        default=",".join(LOOPBACK_NAMES),
    ),
    Setting(
        "ORIGINS",
        "`scheme://host[:port]` of the pages that may send forms and open sockets.",
        shown_default="`https://` and each allowed host; for loopback names `http://` with `PORT`",
    ),
    Setting("BIND", "Address to listen on; anything but loopback is for production.", "127.0.0.1"),
    Setting("PORT", "Port to listen on.", "8000"),
    Setting(
        "DEMO_PASSWORD",
        "Password of the accounts made at the first start on loopback; at least 8 characters.",
        shown_default="a random one, printed",
        is_secret=True,
    ),
    Setting(
        "DATA_DIR",
        "Folder for the embedded database and for generated secrets.",
        shown_default="`.data` in the project",
    ),
    Setting(
        "FILES_URL",
        "Where attached files are kept: a folder (`file:///path`, seen by all processes), or S3 "
        "and what speaks it: `s3://key:secret@host/bucket/prefix?region=…`, for this app alone.",
        shown_default="the folder `files` in `DATA_DIR`",
        is_secret=True,
    ),
    Setting("DRAIN_SECONDS", "How long running answers may go on after SIGTERM, in seconds.", "20"),
    Setting("LOG_LEVEL", f"One of {', '.join(parsers.LOG_LEVELS)}.", "INFO"),
    Setting(
        "SHOW_REQUESTS",
        "`1` lets people see what was sent for their own answers, the system prompt included.",
        "0",
    ),
    Setting(
        "KEEP_REQUESTS_DAYS",
        "Days after which what was sent to Claude is deleted, word for word; `0` keeps it as long "
        "as its conversation.",
        "0",
    ),
    Setting(
        "KEEP_CALLS_DAYS",
        "Days after which the ledger forgets a call and what it cost, 32 at least; `0`: never.",
        "0",
    ),
    Setting(
        "EMAIL_URL",
        "Where mail goes out, for forgotten passwords: `smtp://user:password@host:587` (STARTTLS), "
        "`smtps://host:465`, or `smtp://host?tls=off` within a trusted network.",
        shown_default="none: mail is printed to the log",
        is_secret=True,
    ),
    Setting("EMAIL_FROM", "From whom mail comes.", default="chat@localhost"),
    Setting(
        "ACCOUNT_GRACE_DAYS",
        "Days for which people can still keep an account that they deleted.",
        "14",
    ),
    Setting(
        "REQUIRE_MFA_FOR_STAFF",
        "`1` lets admins, prompt admins and support in only with a second factor.",
        "0",
    ),
    Setting("OIDC_NAME", "What the button for sign-in by OpenID Connect says.", "Single sign-on"),
    Setting(
        "OIDC_ISSUER",
        "Address of the OpenID Connect provider, which needs `OIDC_CLIENT_ID` and "
        "`OIDC_CLIENT_SECRET`. It sends people back to `/accounts/oidc/sso/login/callback/`.",
        shown_default="none: no such sign-in",
    ),
    Setting("OIDC_CLIENT_ID", "This installation's name at the provider.", shown_default="none"),
    Setting(
        "OIDC_CLIENT_SECRET",
        "This installation's password at the provider.",
        shown_default="none",
        is_secret=True,
    ),
    Setting(
        "OIDC_DOMAINS",
        "Mail domains, with commas between, whose people get an account at their first sign-in.",
        shown_default="none: only people who have an account",
    ),
    Setting(
        "SHARING",
        "`1` lets people share conversations by link; `0` ends the links that are there, too.",
        "1",
    ),
    Setting("IMPORT_MAX_MB", "The largest file of conversations that is taken in, in MB.", "500"),
    Setting(
        "EXPORT_NOTES",
        "`1` puts the notes of the staff about a person's threads into the export of their data.",
        "0",
    ),
    Setting("SIMULATED", "`1` shows the banner of the simulator; set by `manage.py serve`.", "0"),
)
DECLARED = {setting.name: setting for setting in SETTINGS}


@dataclass(frozen=True)
class SignOn:
    """A provider of OpenID Connect. `domains`: whose people get an account by themselves."""

    name: str
    issuer: str
    client_id: str
    client_secret: str
    domains: tuple[str, ...]

    @property
    def apps(self) -> list[dict[str, Any]]:
        """As django-allauth wants it."""
        return [
            {
                "provider_id": "sso",
                "name": self.name,
                "client_id": self.client_id,
                "secret": self.client_secret,
                "settings": {"server_url": self.issuer, "oauth_pkce_enabled": True},
            }
        ]


@dataclass(frozen=True)
class Environment:
    """The checked settings of one process. Durations are seconds."""

    anthropic_api_key: str
    anthropic_base_url: str
    database_url: str
    redis_url: str
    secret_key: str
    allowed_hosts: tuple[str, ...]
    origins: tuple[str, ...]
    bind: str
    port: int
    demo_password: str
    data_dir: Path
    files_url: str
    drain_seconds: int
    log_level: str
    show_requests: bool
    keep_requests_days: int
    keep_calls_days: int
    mail: parsers.Mail | None
    mail_from: str
    grace_days: int
    require_mfa_for_staff: bool
    oidc: "SignOn | None"
    sharing: bool
    import_max_mb: int
    export_notes: bool
    simulated: bool

    @property
    def secrets(self) -> list[str]:
        """What must stand in no line of the log."""
        mail = self.mail.password if self.mail else ""
        oidc = self.oidc.client_secret if self.oidc else ""
        return [self.secret_key, self.anthropic_api_key, mail, oidc]

    @property
    def is_local(self) -> bool:
        """Only this machine can reach the app: demo accounts and made-up secrets are in order."""
        return parsers.is_local(self.bind, self.allowed_hosts)

    @property
    def is_secure(self) -> bool:
        """Browsers come by https, so cookies are bound to it."""
        return any(origin.startswith("https://") for origin in self.origins)

    @property
    def needs_simulator(self) -> bool:
        return not self.anthropic_api_key and self.anthropic_base_url == default_of(
            "ANTHROPIC_BASE_URL"
        )

    @property
    def address(self) -> str:
        """Where a browser on this machine finds the app."""
        host = f"[{self.bind}]" if ":" in self.bind else self.bind
        return f"http://{'127.0.0.1' if host in ('0.0.0.0', '[::]') else host}:{self.port}/"

    @property
    def database(self) -> dict[str, Any]:
        """Django's DATABASES entry; of the running embedded server if no URL was given."""
        kept = self.data_dir / "database.url"
        url = self.database_url
        if not url and os.access(kept, os.R_OK):
            url = kept.read_text().strip()
        return parsers.parse_database(url or "postgresql://nobody@127.0.0.1:1/not-started")

    @property
    def file_storage(self) -> dict[str, Any]:
        """Django's STORAGES entry for attached files."""
        return parsers.parse_files(self.files_url or (self.data_dir / "files").as_uri())


def read(environ: Mapping[str, str] = os.environ) -> Environment:
    """Check all variables. Raises WrongSetting at the first that cannot be used."""
    values = {setting.name: _value(setting, environ) for setting in SETTINGS}

    def parsed(name: str, parse: Callable[[str], Any]) -> Any:
        try:
            return parse(values[name])
        except ValueError as error:
            raise WrongSetting(f"{name}: {error}") from None

    hosts = parsed("ALLOWED_HOSTS", parsers.hosts)
    port = parsed("PORT", lambda text: parsers.number(text, 1, 65535))
    bind = parsed("BIND", parsers.address)
    data_dir = parsed("DATA_DIR", parsers.folder)
    return Environment(
        anthropic_api_key=parsed("ANTHROPIC_API_KEY", parsers.key),
        anthropic_base_url=parsed("ANTHROPIC_BASE_URL", parsers.base_url),
        database_url=parsed("DATABASE_URL", parsers.database_url),
        redis_url=parsed("REDIS_URL", parsers.redis_url),
        secret_key=parsed("SECRET_KEY", parsers.secret_key)
        or _kept_secret_key(data_dir, is_local=parsers.is_local(bind, hosts)),
        allowed_hosts=hosts,
        origins=parsed("ORIGINS", parsers.origins) or parsers.origins_of(hosts, port),
        bind=bind,
        port=port,
        demo_password=parsed("DEMO_PASSWORD", parsers.password),
        data_dir=data_dir,
        files_url=parsed("FILES_URL", parsers.files_url),
        drain_seconds=parsed("DRAIN_SECONDS", lambda text: parsers.number(text, 0, 3600)),
        log_level=parsed("LOG_LEVEL", parsers.log_level),
        show_requests=parsed("SHOW_REQUESTS", parsers.flag),
        keep_requests_days=parsed("KEEP_REQUESTS_DAYS", lambda text: parsers.days(text, 1)),
        keep_calls_days=parsed(
            "KEEP_CALLS_DAYS", lambda text: parsers.days(text, LONGEST_BUDGET_DAYS)
        ),
        mail=parsed("EMAIL_URL", parsers.mail),
        mail_from=parsed("EMAIL_FROM", parsers.mail_address),
        grace_days=parsed("ACCOUNT_GRACE_DAYS", lambda text: parsers.number(text, 0, 365)),
        require_mfa_for_staff=parsed("REQUIRE_MFA_FOR_STAFF", parsers.flag),
        oidc=_sign_on(parsed),
        sharing=parsed("SHARING", parsers.flag),
        import_max_mb=parsed("IMPORT_MAX_MB", lambda text: parsers.number(text, 1, 100_000)),
        export_notes=parsed("EXPORT_NOTES", parsers.flag),
        simulated=parsed("SIMULATED", parsers.flag),
    )


def _sign_on(parsed: Callable[[str, Callable[[str], Any]], Any]) -> SignOn | None:
    found = SignOn(
        name=parsed("OIDC_NAME", parsers.label),
        issuer=parsed("OIDC_ISSUER", parsers.issuer),
        client_id=parsed("OIDC_CLIENT_ID", parsers.key),
        client_secret=parsed("OIDC_CLIENT_SECRET", parsers.key),
        domains=parsed("OIDC_DOMAINS", parsers.domains),
    )
    given = (found.issuer, found.client_id, found.client_secret)
    if any(given) and not all(given):
        raise WrongSetting("OIDC_ISSUER: give it with OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.")
    return found if found.issuer else None


def default_of(name: str) -> str:
    return DECLARED[name].default


def settings_table() -> str:
    """The declarations as the Markdown table that stands in the documentation."""
    rows = ["| Variable | Meaning | Default |", "|---|---|---|"]
    for setting in SETTINGS:
        default = setting.shown_default or f"`{setting.default}`"
        file = f" Or `{setting.name}_FILE`." if setting.is_secret else ""
        rows.append(f"| `{setting.name}` | {setting.meaning}{file} | {default} |")
    return "\n".join(rows) + "\n"


def _value(setting: Setting, environ: Mapping[str, str]) -> str:
    file = environ.get(f"{setting.name}_FILE", "") if setting.is_secret else ""
    text = environ.get(setting.name, "")
    if file and text:
        raise WrongSetting(f"{setting.name}: give it or {setting.name}_FILE, not both.")
    if file:
        try:
            text = Path(file).read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "not UTF-8"
            raise WrongSetting(f"{setting.name}_FILE: cannot read {file} ({why}).") from None
    return text.strip() or setting.default


def _kept_secret_key(data_dir: Path, *, is_local: bool) -> str:
    """The key of this data folder, made at the first need."""
    if not is_local:
        raise WrongSetting(f"SECRET_KEY: needed off loopback; make one: {parsers.MAKE_A_KEY}")
    path = data_dir / "secret-key"
    try:
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(48))
        return path.read_text(encoding="ascii")
    except OSError as error:
        raise WrongSetting(
            f"DATA_DIR: cannot keep a key in {path} ({error.strerror}); "
            "choose a folder that you may write to, or set SECRET_KEY."
        ) from None


def _write_once(path: Path, text: str) -> None:
    """Write a private file that nobody ever sees half written, unless it is there by now."""
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        # A hard link refuses to replace: of two processes that start at once the
        # first wins and both read the same key.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


if __name__ == "__main__":
    print(settings_table(), end="")
