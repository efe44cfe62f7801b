"""The record of changes: complete, with its origin, and for good."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from chatapp.accounts.actions import create_account, deactivate
from chatapp.accounts.audit import FromWhere, record
from chatapp.accounts.models import AuditLine, User
from chatapp.accounts.roles import Role
from tests.conftest import PASSWORD

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


def test_the_database_refuses_to_empty_the_log(max: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="append-only"):
            cursor.execute("TRUNCATE accounts_user CASCADE")


def test_what_has_no_key_of_its_own_is_found_by_the_one_given() -> None:
    assert record(None, "a.thing", "it", target_id="42").target_id == "42"


def test_a_new_account_and_its_end_are_on_record(max: User) -> None:
    ada = create_account("ada@example.com", "a fine password", Role.MEMBER, by=max)
    deactivate(ada, by=max)
    ended, made = AuditLine.objects.filter(target_id=str(ada.pk))
    assert (made.action, made.by, made.detail) == ("user.created", max, {"role": "member"})
    assert (ended.action, ended.by, ended.target) == ("user.switched_off", max, ada.email)


def test_no_line_holds_a_password(max: User) -> None:
    every = str(list(AuditLine.objects.values()))
    assert max.email in every
    assert PASSWORD not in every
    assert max.password not in every


def test_a_line_outlives_the_account_of_who_did_it(max: User) -> None:
    line = record(max, "a.thing", "it")
    max.delete()
    line.refresh_from_db()
    assert (line.by, line.by_email) == (None, "max@example.com")


def test_a_line_cannot_be_laid_at_somebody_else_s_door(max: User, ada: User) -> None:
    line = record(max, "a.thing", "it")
    with pytest.raises(IntegrityError, match="append-only"):
        AuditLine.objects.filter(pk=line.pk).update(by=ada)
