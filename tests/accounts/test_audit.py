"""The record of changes: complete, with its origin, and for good."""

import pytest
from django.db import IntegrityError, transaction
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from chatapp.accounts.audit import FromWhere, record
from chatapp.accounts.models import AuditLine, User

pytestmark = pytest.mark.django_db


def from_request(**headers: str) -> AuditLine:
    """A line that was written while a request with those headers was served."""
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", headers=headers)
    lines: list[AuditLine] = []
    FromWhere(lambda _: lines.append(record(None, "a.thing", "it")))(request)  # type: ignore[arg-type, func-returns-value]
    return lines[0]


def test_a_line_says_who_what_and_why(max: User) -> None:
    line = record(max, "person.renamed", max, why="Married.", detail={"name": "M"})
    assert (line.by, line.by_email, line.target_id) == (max, max.email, str(max.pk))
    assert (line.why, line.detail, line.address) == ("Married.", {"name": "M"}, None)


def test_a_line_says_from_which_address_it_came() -> None:
    assert from_request().address == "10.0.0.9"
    assert record(None, "a.thing", "it").address is None


def test_an_address_that_was_only_claimed_is_not_believed(settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    assert from_request(x_forwarded_for="6.6.6.6").address == "10.0.0.9"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert from_request(x_forwarded_for="6.6.6.6, 7.7.7.7").address == "7.7.7.7"


@pytest.mark.parametrize("change", [{"why": "x"}, {"action": "x"}, {"by_email": ""}])
def test_the_database_refuses_to_change_a_line(max: User, change: dict[str, str]) -> None:
    line = record(max, "a.thing", "it", why="because")
    with pytest.raises(IntegrityError, match="append-only"):
        AuditLine.objects.filter(pk=line.pk).update(**change)


def test_the_database_refuses_to_remove_a_line(max: User) -> None:
    line = record(max, "a.thing", "it")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        line.delete()
    with pytest.raises(IntegrityError, match="append-only"):
        AuditLine.objects.all()._raw_delete("default")


def test_a_line_outlives_the_account_of_who_did_it(max: User) -> None:
    line = record(max, "a.thing", "it")
    max.delete()
    line.refresh_from_db()
    assert (line.by, line.by_email) == (None, "max@example.com")


def test_a_line_cannot_be_laid_at_somebody_else_s_door(max: User, ada: User) -> None:
    line = record(max, "a.thing", "it")
    with pytest.raises(IntegrityError, match="append-only"):
        AuditLine.objects.filter(pk=line.pk).update(by=ada)
