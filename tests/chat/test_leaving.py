"""An account that is deleted is gone: from every table, but for what is named here."""

from datetime import timedelta
from io import BytesIO

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone
from PIL import Image
from procrastinate.contrib.django import app as jobs

from chatapp.accounts.models import AuditLine, User
from chatapp.accounts.pictures import keep_picture
from chatapp.chat import leaving, tasks
from chatapp.conversations.access import record_reading
from chatapp.conversations.feedback import judge
from chatapp.conversations.models import Conversation, Feedback
from chatapp.usage.models import Budget, Call, SentRequest
from chatapp.workbench.cases import copy_case, opened_source
from chatapp.workbench.models import Case
from tests.conftest import PASSWORD, a_prompt, a_thread, flagged

# Who changed what stays on record with their address, and who read what with their name.
STAY = {"accounts_auditline", "conversations_readrecord"}
SIGN = "xylophone"  # in the person's address and in everything that they said


@pytest.fixture
def leaver(ada: User) -> User:
    ada.email, ada.name = f"{SIGN}@example.com", f"Ada {SIGN}"
    ada.save()
    return ada


def has_lived(person: User, reader: User, admin: User) -> Conversation:
    """Leave something of the person in as many tables as there are ways to."""
    thread = flagged(a_thread(person, f"My {SIGN}", f"Your {SIGN}"), f"A {SIGN}")
    assert thread.current_leaf
    judge(thread.current_leaf, person, "down", comment=f"Not my {SIGN}")
    record_reading(reader, [thread], "thread")
    copy_case(opened_source(admin, thread.pk), a_prompt(), admin, "Case", [])
    for conversation in (thread, None):
        call = Call.objects.create(
            purpose="answer", user=person, model="m", conversation=conversation
        )
        SentRequest.objects.create(call=call, person=person, packed=SIGN.encode(), digest="d")
    Budget.objects.create(person=person, period="day", hard=1)
    EmailAddress.objects.create(user=person, email=person.email)
    Authenticator.objects.create(user=person, type="totp", data={"secret": SIGN})
    SocialAccount.objects.create(user=person, provider="sso", uid=SIGN, extra_data={"a": SIGN})
    image = BytesIO()
    Image.new("RGB", (4, 4)).save(image, "PNG")
    keep_picture(person, image, 100)
    Client().post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    return thread


def is_due(person: User) -> None:
    person.deletes_at = timezone.now() - timedelta(seconds=1)
    person.save(update_fields=["deletes_at"])


def tables_that_say(text: str) -> set[str]:
    """Of the whole database, those of its tables in which that stands."""
    names = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        return {name for name in names if _says(cursor, name, text)}


def _says(cursor: object, table: str, text: str) -> bool:
    query = f'SELECT count(*) FROM "{table}" AS row WHERE row::text ILIKE %s'
    cursor.execute(query, [f"%{text}%"])  # type: ignore[attr-defined]
    return bool(cursor.fetchone()[0])  # type: ignore[attr-defined]


def keys_to(person_id: int) -> set[str]:
    """Of all models, those whose rows still point to that person."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.related_model is User and model._default_manager.filter(**{field.name: person_id})
    }


def delete_all() -> int:
    count = 0
    while leaving.delete_some():
        count += 1
    return count


def test_nothing_of_a_deleted_person_stays_but_the_records(
    leaver: User, sue: User, max: User
) -> None:
    has_lived(leaver, sue, max)
    before, pk = tables_that_say(SIGN), leaver.pk
    assert {"conversations_message", "accounts_user", "workbench_case"} <= before
    assert len(keys_to(pk)) >= 12
    is_due(leaver)
    Session.objects.all().delete()  # as asking for it did
    delete_all()
    assert tables_that_say(SIGN) <= STAY
    assert keys_to(pk) == set()
    assert not User.objects.filter(pk=pk).exists()


def test_what_answers_cost_is_still_summed_up(leaver: User, sue: User, max: User) -> None:
    has_lived(leaver, sue, max)
    calls = Call.objects.count()
    is_due(leaver)
    delete_all()
    assert Call.objects.filter(user=None).count() == calls
    assert SentRequest.objects.count() == Case.objects.count() == Feedback.objects.count() == 0


def test_the_line_about_a_deletion_names_nobody(leaver: User) -> None:
    is_due(leaver)
    delete_all()
    line = AuditLine.objects.get(action="user.deleted")
    assert (line.target, line.target_id) == (
        "an account",
        str(leaver.pk) if leaver.pk else line.target_id,
    )
    assert SIGN not in str(line.detail)


def test_a_large_account_goes_in_parts(
    ada: User, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving, "BATCH", 2)
    for number in range(5):
        a_thread(ada, str(number))
    kept = a_thread(ben)
    is_due(ada)
    assert delete_all() == 4  # of 2, 2 and 1 conversations, and the account
    assert [row.pk for row in Conversation.objects.all()] == [kept.pk]


def test_nobody_goes_before_their_time(ada: User) -> None:
    ada.deletes_at = timezone.now() + timedelta(minutes=1)
    ada.save()
    assert not leaving.delete_some()
    assert User.objects.filter(pk=ada.pk).exists()


def test_the_last_admin_stays_and_holds_nobody_up(ada: User, max: User) -> None:
    is_due(max)
    is_due(ada)
    delete_all()
    assert [row.pk for row in User.objects.all()] == [max.pk]


def test_sessions_that_ended_by_themselves_are_cleared(db: None) -> None:
    past = timezone.now() - timedelta(days=1)
    Session.objects.create(session_key="a" * 32, session_data="x", expire_date=past)
    leaving.forget_sessions()
    assert not Session.objects.exists()


def test_accounts_are_deleted_by_the_hour() -> None:
    periodic = jobs.periodic_registry.periodic_tasks
    (found,) = [it for it in periodic.values() if it.task.name == tasks.delete_accounts.name]
    assert found.cron == "13 * * * *"
