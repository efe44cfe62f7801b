"""Dockerfile and compose.yaml, read with care: no engine runs here."""

import re

import pytest

from chatapp.environment import DECLARED
from tests.environment import PROJECT

DOCKERFILE = (PROJECT / "Dockerfile").read_text()
COMPOSE = (PROJECT / "compose.yaml").read_text()
IGNORE = (PROJECT / ".dockerignore").read_text().split()
COPIED = re.findall(r"^COPY (?!--from)(\S+)", DOCKERFILE, re.MULTILINE)
# Variables of compose itself, from which others are put together.
OF_COMPOSE = {"POSTGRES_PASSWORD", "REDIS_PASSWORD"}


@pytest.mark.parametrize("source", COPIED)
def test_what_the_image_copies_is_there_and_not_ignored(source: str) -> None:
    assert (PROJECT / source).exists()
    assert f"!{source.removesuffix('/')}" in IGNORE


def test_the_image_copies_nothing_but_the_product() -> None:
    assert set(COPIED) == {"requirements.lock", "manage.py", "chatapp", "templates", "static"}


def test_the_image_does_not_run_as_root() -> None:
    last_stage = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER [1-9]\d*$", last_stage, re.MULTILINE)
    assert "HEALTHCHECK" in last_stage


def test_every_variable_given_to_the_app_is_declared() -> None:
    block = COMPOSE.partition("x-environment:")[2].partition("\nservices:")[0]
    given = set(re.findall(r"^  ([A-Z_]+):", block, re.MULTILINE))
    image = set(re.findall(r"\b(BIND|PORT|DATA_DIR)=", DOCKERFILE))
    assert given | image <= set(DECLARED)
    assert {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ALLOWED_HOSTS"} <= given


def test_no_secret_has_a_default() -> None:
    used = re.findall(r"\$\{([A-Z_]+)(:[?-])?", COMPOSE)
    secret = OF_COMPOSE | {name for name, setting in DECLARED.items() if setting.is_secret}
    assert {mark for name, mark in used if name in secret} == {":?"}
    assert {name for name, _ in used} <= set(DECLARED) | OF_COMPOSE


def test_every_service_has_a_health_check() -> None:
    services = COMPOSE.partition("\nservices:\n")[2].partition("\nvolumes:")[0]
    parts = dict(re.findall(r"^  (\w+):\n((?:    .*\n|\n)+)", services, re.MULTILINE))
    assert set(parts) == {"web", "runner", "postgres", "redis"}
    assert all("    healthcheck:\n" in part for part in parts.values())


def test_a_container_has_longer_to_stop_than_answers_to_end() -> None:
    grace = re.search(r"stop_grace_period: (\d+)s", COMPOSE)
    drain = re.search(r"DRAIN_SECONDS:-(\d+)", COMPOSE)
    assert grace
    assert drain
    assert int(grace[1]) > int(drain[1]) + 15


def test_no_lock_file_names_an_index() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (PROJECT / name).read_text()
        assert "://" not in text
        assert "--index" not in text
