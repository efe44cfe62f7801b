"""The rows of exports and imports: held by one, told as they are, and gone in time."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, OperationalError, transaction
from django.test import TestCase
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from chatapp.accounts.actions import deactivate
from chatapp.accounts.models import User
from chatapp.conversations import transfers
from chatapp.conversations.models import Transfer
from chatapp.conversations.tasks import go_on, work_off_later
from chatapp.errors import Conflict, NotThere, Unusable
from tests.conftest import a_thread, browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, settings: LazySettings) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def taken(owner: User, kind: str = "everything") -> Transfer:
    found = transfers.take(transfers.begin(owner, kind, "A title").pk)
    assert found
    return found


def bits(count: int, transfer: Transfer) -> transfers.Steps:
    for transfer.place in range(1, count + 1):
        yield


def failing(error: Exception) -> transfers.Steps:
    yield
    raise error


def jobs_of(transfer: Transfer) -> int:
    return ProcrastinateJob.objects.filter(args__transfer_id=str(transfer.pk)).count()


def stored() -> list[str]:
    return default_storage.listdir(transfers.FOLDER)[1]


def test_it_says_how_far_it_is(ada: User) -> None:
    transfer = taken(ada)
    assert transfer.percent is None
    transfer.total = 4
    assert not transfers.go_on(transfer, bits(3, transfer))
    transfer.refresh_from_db()
    assert (transfer.percent, transfer.state) == (75, "done")


def test_the_row_on_the_page_looks_anew_while_it_is_live(ada: User) -> None:
    transfer, client = taken(ada), browser_of(ada)
    Transfer.objects.update(total=4, place=1)
    live = client.get(f"/settings/transfers/{transfer.pk}/").text
    assert 'hx-trigger="every 1s"' in live
    assert 'value="25"' in live
    transfers.end(transfer, "done")
    ended = client.get(f"/settings/transfers/{transfer.pk}/").text
    assert "hx-trigger" not in ended
    assert "<progress" not in ended


def test_what_is_refused_is_said_in_its_words(ada: User) -> None:
    transfer = taken(ada)
    assert not transfers.go_on(transfer, failing(Unusable("It cannot be set.")))
    assert "It cannot be set." in browser_of(ada).get("/settings/transfers/").text


def test_while_postgres_is_away_nothing_is_given_up(ada: User) -> None:
    transfer = taken(ada)
    with pytest.raises(OperationalError):
        transfers.go_on(transfer, failing(OperationalError("away")))
    transfers.release(transfer)
    assert transfers.unheld() == [transfer.pk]


def test_a_file_of_what_was_cancelled_meanwhile_goes(ada: User) -> None:
    transfer = taken(ada)
    transfers.keep(transfer, ContentFile(b"x"), "zip")
    transfers.cancel(transfer)
    with TestCase.captureOnCommitCallbacks(execute=True):
        transfers.end(transfer, "done")
    assert stored() == []
    transfer.refresh_from_db()
    assert transfer.state == "cancelled"


def test_removing_what_has_ended_removes_its_file(ada: User) -> None:
    transfer = taken(ada)
    transfers.keep(transfer, ContentFile(b"x"), "zip")
    transfers.end(transfer, "done")
    assert len(stored()) == 1
    with TestCase.captureOnCommitCallbacks(execute=True):
        browser_of(ada).post(f"/settings/transfers/{transfer.pk}/delete/")
    assert stored() == []
    assert not Transfer.objects.exists()


def test_a_file_that_is_gone_is_not_there(ada: User) -> None:
    transfer = taken(ada)
    transfers.keep(transfer, ContentFile(b"x"), "zip")
    transfers.end(transfer, "done")
    default_storage.delete(transfer.file)
    with pytest.raises(NotThere):
        transfers.opened(transfer)
    client = browser_of(ada)
    assert client.get(f"/settings/transfers/{transfer.pk}/file/").status_code == 404


def test_a_file_is_not_given_before_it_is_whole(ada: User) -> None:
    transfer = taken(ada)
    transfers.keep(transfer, ContentFile(b"half"), "zip")
    transfer.save()
    client = browser_of(ada)
    assert client.get(f"/settings/transfers/{transfer.pk}/file/").status_code == 404


def test_an_upload_is_never_given_back(ada: User) -> None:
    """Or an installation would be a place to keep files."""
    transfer = transfers.begin_import(ada, ContentFile(b"[]", "c.json"))
    client = browser_of(ada)
    assert client.get(f"/settings/transfers/{transfer.pk}/file/").status_code == 404


def test_exports_are_kept_for_a_day_and_reports_for_a_month(ada: User) -> None:
    for kind, days in (("everything", 1), ("import", 30)):
        transfer = taken(ada, kind)
        transfers.end(transfer, "done")
        transfer.refresh_from_db()
        assert transfer.ended_at
        assert transfer.expires_at == transfer.ended_at + timedelta(days=days)


def test_the_sweeper_leaves_what_is_wanted(ada: User) -> None:
    wanted = taken(ada)
    transfers.keep(wanted, ContentFile(b"x"), "zip")
    wanted.save()
    default_storage.save(f"{transfers.FOLDER}/nobody.zip", ContentFile(b"x"))
    young = stored()
    transfers.sweep()
    assert sorted(stored()) == sorted(young)
    for name in stored():
        os.utime(default_storage.path(f"{transfers.FOLDER}/{name}"), (0, 0))
    transfers.sweep()
    assert stored() == [f"{wanted.pk}.zip"]


def test_the_sweeper_needs_no_folder(db: None) -> None:
    assert transfers.sweep() == 0


def test_an_ended_row_has_a_time_and_a_live_one_has_none(ada: User) -> None:
    transfer = taken(ada)
    for state, at in (("done", None), ("running", timezone.now())):
        with pytest.raises(IntegrityError), transaction.atomic():
            Transfer.objects.filter(pk=transfer.pk).update(state=state, ended_at=at)


def test_who_is_switched_off_sees_none(ada: User) -> None:
    transfer = taken(ada)
    deactivate(ada)
    with pytest.raises(NotThere):
        transfers.visible_transfer(ada, transfer.pk)


def test_another_persons_exports_do_not_fill_mine(ada: User, ben: User) -> None:
    thread = a_thread(ada)
    for _ in range(transfers.LIVE_AT_ONCE):
        transfers.begin(ada, "pdf", "", thread)
    assert transfers.begin(ben, "everything", "")
    with pytest.raises(Conflict):
        transfers.begin(ada, "everything", "")


@pytest.mark.django_db(transaction=True)
def test_each_minute_what_is_unheld_is_handed_out_once(ada: User) -> None:
    lost = transfers.begin(ada, "everything", "")
    work_off_later(lost.pk)
    for _ in range(2):
        asyncio.run(go_on(0))
    assert jobs_of(lost) == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_held_is_left_to_who_holds_it(ada: User) -> None:
    held = taken(ada)
    asyncio.run(go_on(0))
    assert jobs_of(held) == 0
