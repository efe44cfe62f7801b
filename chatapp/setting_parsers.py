"""The parsers of settings: text in, a checked value out, or ValueError with what to do.

The text of a ValueError follows the name of the variable on one line. Values
that hold a secret are never quoted back. Uses nothing of ours.
"""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

PROJECT = Path(__file__).resolve().parent.parent
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
# The host name grammar of RFC 1123, or an address; deliberately without `*`.
HOST = re.compile(r"^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)$")
PLAIN = {"tls": "off"}
DATABASE_EXAMPLE = "postgresql://user:password@host:5432/name"
FILES_EXAMPLE = "file:///path or s3://key:secret@host/bucket/prefix?region=name"
MAKE_A_KEY = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"


def parse_database(url: str) -> dict[str, Any]:
    """Django's DATABASES entry for a `postgresql://` URL; ValueError says what is wrong with it.

    Parameters of the query (`sslmode`, `host` for a socket folder …) go to libpq as they are.
    """
    parts = _split(url, DATABASE_EXAMPLE)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise ValueError(f"write {DATABASE_EXAMPLE}.")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": str(parts.port or options.pop("port", "")),
        # Async code leaves no connection open between calls; without the pool
        # each of them would pay for a new one.
        "CONN_MAX_AGE": 0,
        # No page meets the dead connections that a restart of Postgres leaves.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 5,
            **options,
            "pool": {"min_size": 1, "max_size": 16, "timeout": 15, "max_idle": 120},
        },
    }


def parse_files(url: str) -> dict[str, Any]:
    """Django's STORAGES entry for a `file://` or `s3://` URL; ValueError says what is wrong."""
    parts = _split(url, FILES_EXAMPLE)
    path = unquote(parts.path)
    if parts.scheme == "file" and not parts.netloc and len(path) > 1 and not parts.query:
        folder = "django.core.files.storage.FileSystemStorage"
        return {"BACKEND": folder, "OPTIONS": {"location": path}}
    bucket, _, prefix = path.strip("/").partition("/")
    options = dict(parse_qsl(parts.query))
    if parts.scheme != "s3" or not (parts.username and parts.password and parts.hostname):
        raise ValueError(f"write {FILES_EXAMPLE}.")
    if not bucket or set(options) - {"region", "http"}:
        raise ValueError(f"write {FILES_EXAMPLE}.")
    scheme = "http" if options.get("http") == "1" else "https"
    port = f":{parts.port}" if parts.port else ""
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "access_key": unquote(parts.username),
            "secret_key": unquote(parts.password),
            "endpoint_url": f"{scheme}://{parts.hostname}{port}",
            "bucket_name": bucket,
            "location": prefix,
            "region_name": options.get("region"),
            "default_acl": None,
            "file_overwrite": False,
            "signature_version": "s3v4",
        },
    }


def files_url(text: str) -> str:
    if text:
        # Never quoted back: the value holds a secret.
        parse_files(text)
    return text


def number(text: str, low: int, high: int) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
        raise ValueError(f"give a whole number from {low} to {high}, not {text!r}.")
    return int(text)


def days(text: str, least: int) -> int:
    """0 for ever, or so many days at least."""
    if text != "0" and not (re.fullmatch(r"[0-9]{1,5}", text) and int(text) >= least):
        raise ValueError(f"give 0 for ever, or a whole number of days from {least}, not {text!r}.")
    return int(text)


def flag(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError(f"give 1 or 0, not {text!r}.")
    return text == "1"


def log_level(text: str) -> str:
    if text.upper() not in LOG_LEVELS:
        raise ValueError(f"give one of {', '.join(LOG_LEVELS)}, not {text!r}.")
    return text.upper()


def key(text: str) -> str:
    if not re.fullmatch(r"[\x21-\x7e]*", text):
        raise ValueError("a key has no spaces and only plain ASCII; copy it again.")
    return text


def password(text: str) -> str:
    if text and len(text) < 8:
        raise ValueError("give at least 8 characters, or leave it out for a random one.")
    return text


def secret_key(text: str) -> str:
    if text and len(text) < 32:
        raise ValueError(f"give at least 32 random characters: {MAKE_A_KEY}")
    return text


def folder(text: str) -> Path:
    path = Path(text).expanduser().absolute() if text else PROJECT / ".data"
    if path.exists() and not path.is_dir():
        raise ValueError(f"{path} is not a folder.")
    return path


def address(text: str) -> str:
    try:
        return str(ip_address("127.0.0.1" if text == "localhost" else text.strip("[]")))
    except ValueError:
        raise ValueError(
            f"give an IP address such as 127.0.0.1 or 0.0.0.0, not {text!r}."
        ) from None


def hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    if not hosts or not all(HOST.match(host) for host in hosts):
        raise ValueError(f"name each host, without scheme or port and without *, not {text!r}.")
    return hosts


def _split(text: str, example: str) -> SplitResult:
    # urllib's own errors may quote the whole address, password included.
    try:
        parts = urlsplit(text)
        has_good_port = parts.port is None or parts.port > 0
    except ValueError:
        has_good_port = False
    if not has_good_port:
        raise ValueError(f"this is not an address; write {example}.")
    return parts


def _split_http(text: str, example: str) -> SplitResult:
    parts = _split(text, example)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f"write {example}, not {text!r}.")
    return parts


def base_url(text: str) -> str:
    example = "https://host or http://127.0.0.1:port"
    parts = _split_http(text, example)
    if "@" in parts.netloc:
        raise ValueError("leave user and password out of it; the key has its own variable.")
    if parts.path.rstrip("/").endswith("/v1"):
        raise ValueError("leave /v1 out; the app adds it.")
    return text.rstrip("/")


def database_url(text: str) -> str:
    if text:
        # Never quoted back: the value holds a password.
        parse_database(text)
    return text


def redis_url(text: str) -> str:
    if text:
        parts = _split(text, "redis://host:6379/0")
        if parts.scheme not in ("redis", "rediss", "unix") or not (parts.hostname or parts.path):
            raise ValueError("write redis://host:6379/0, rediss:// for TLS or unix:///path.")
    return text


@dataclass(frozen=True)
class Mail:
    """The server that takes our mail."""

    host: str
    port: int
    user: str
    password: str
    is_ssl: bool  # from the first byte on
    starts_tls: bool


def mail(text: str) -> Mail | None:
    """None: mail is printed. Never quoted back: the value holds a password."""
    if not text:
        return None
    example = "smtp://user:password@host:587"
    parts = _split(text, example)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or query not in ({}, PLAIN):
        raise ValueError(f"write {example}, smtps://host:465 or smtp://host?tls=off.")
    is_ssl = parts.scheme == "smtps"
    return Mail(
        host=parts.hostname,
        port=parts.port or (465 if is_ssl else 587),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        is_ssl=is_ssl,
        starts_tls=not is_ssl and query != PLAIN,
    )


def mail_address(text: str) -> str:
    if not re.fullmatch(r"[^\s@]+@[^\s@]+", text):
        raise ValueError(f"give one address such as chat@example.com, not {text!r}.")
    return text


def label(text: str) -> str:
    if len(text) > 60 or not text.isprintable():
        raise ValueError("give one line of at most 60 characters.")
    return text


def issuer(text: str) -> str:
    if text:
        parts = _split_http(text, "https://login.example.com")
        if parts.scheme == "http" and not is_loopback(str(parts.hostname)):
            raise ValueError(f"off loopback it must be https, not {text!r}.")
    return text.rstrip("/")


def domains(text: str) -> tuple[str, ...]:
    return hosts(text) if text else ()


def origins(text: str) -> tuple[str, ...]:
    origins = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    for origin in origins:
        parts = _split_http(origin, "https://chat.example.com")
        if parts.path or "@" in parts.netloc or "*" in origin:
            raise ValueError(f"write https://chat.example.com, without path or *, not {origin!r}.")
        if parts.scheme == "http" and not is_loopback(str(parts.hostname)):
            raise ValueError(f"off loopback it must be https, not {origin!r}.")
    return origins


def origins_of(hosts: tuple[str, ...], port: int) -> tuple[str, ...]:
    return tuple(
        f"http://{host}:{port}" if is_loopback(host) else f"https://{host}" for host in hosts
    )


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_local(bind: str, hosts: tuple[str, ...]) -> bool:
    return all(is_loopback(host) for host in (bind, *hosts))
