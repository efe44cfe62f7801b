"""Exports and imports that take their time: how they begin, go on, end and go.

What a transfer does is an iterator that ends when all is done and gives back control after
each bit of it (`WORK` in `tasks.py` names them). Between two bits a transfer may be cancelled,
or its process stop.
"""

import logging
import uuid
from collections.abc import Generator, Sequence
from datetime import timedelta
from pathlib import PurePath
from time import monotonic
from typing import IO

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation, Transfer
from chatapp.conversations.models.transfer import TransferQuerySet
from chatapp.errors import ChatappError, Conflict, NotThere
from chatapp.live.threads import AWAY

logger = logging.getLogger(__name__)

FOLDER = "transfers"
HOLD = timedelta(seconds=60)
BIT_SECONDS = 0.5  # between two signs of life, unless one bit takes longer
KEEP = {"import": timedelta(days=30)}  # the report; of exports the file
KEEP_EXPORT = timedelta(days=1)
LIVE_AT_ONCE = 5  # of one person
Steps = Generator[None, None, None]


def transfers_of(user: User) -> TransferQuerySet:
    return Transfer.objects.visible_to(user).order_by("-created_at")


def visible_transfer(user: User, transfer_id: uuid.UUID) -> Transfer:
    """Raises NotThere when it is missing or not theirs."""
    found = Transfer.objects.visible_to(user).filter(pk=transfer_id).first()
    if found is None:
        raise NotThere
    return found


def begin(
    owner: User,
    kind: str,
    title: str,
    conversation: Conversation | None = None,
    chosen: Sequence[uuid.UUID] = (),
) -> Transfer:
    """A transfer that waits for a process. Raises Conflict for one too many."""
    if Transfer.objects.filter(owner=owner).live().count() >= LIVE_AT_ONCE:
        raise Conflict(gettext("Wait until one of your exports or imports has ended."))
    try:
        with transaction.atomic():
            return Transfer.objects.create(
                owner=owner,
                kind=kind,
                title=title[:200],
                conversation=conversation,
                chosen=[str(pk) for pk in chosen],
            )
    except IntegrityError:
        raise Conflict(gettext("An export of all your data is being made already.")) from None


def begin_chosen(owner: User, chosen: Sequence[uuid.UUID]) -> Transfer:
    """An archive of some conversations. Raises Conflict for one too many."""
    title = ngettext("%(count)s chat", "%(count)s chats", len(chosen)) % {"count": len(chosen)}
    return begin(owner, Transfer.Kind.CHOSEN, title, chosen=chosen)


def begin_import(owner: User, file: "File[bytes]") -> Transfer:
    """Keep the file and have it read. Raises Conflict for one too many."""
    with transaction.atomic():
        made = begin(owner, Transfer.Kind.IMPORT, PurePath(file.name or "").name or "import")
        made.total = file.size
        keep(made, file, "import")
        made.save(update_fields=["total", "file"])
    return made


def keep(transfer: Transfer, file: "File[bytes]", kind: str) -> None:
    """Put a file into the storage under the transfer's own name; the caller saves the row."""
    transfer.file = default_storage.save(f"{FOLDER}/{transfer.pk}.{kind}", file)


def cancel(transfer: Transfer) -> None:
    """End it between two bits of work, or throw away what it left. Twice is once."""
    rows = Transfer.objects.filter(pk=transfer.pk)
    now = timezone.now()
    if rows.live().update(state="cancelled", ended_at=now, expires_at=now + KEEP_EXPORT):
        # Whoever works on it may still read the file: the sweeper takes it later.
        return
    forget(transfer)


def forget(transfer: Transfer) -> None:
    """Remove the row and its file."""
    transfer.delete()
    _discard(transfer.file)


def _discard(file: str) -> None:
    """Remove a file once the row that knew it is certain to be gone."""
    if file:
        transaction.on_commit(lambda: default_storage.delete(file))


def take(transfer_id: uuid.UUID) -> Transfer | None:
    """Hold a transfer that nobody works on; None where there is none any more."""
    with transaction.atomic():
        rows = Transfer.objects.select_for_update(of=("self",)).select_related("owner")
        found = rows.live().filter(pk=transfer_id).first()
        if found is None or (found.held_until and found.held_until > timezone.now()):
            return None
        found.state, found.held_until = Transfer.State.RUNNING, timezone.now() + HOLD
        found.held_by = uuid.uuid4()
        found.save(update_fields=["state", "held_until", "held_by"])
    return found


def hold(transfer: Transfer, **told: object) -> bool:
    """Give a sign of life, and say how far it is. Whether it is still wanted, and ours."""
    rows = Transfer.objects.filter(pk=transfer.pk, state="running", held_by=transfer.held_by)
    return bool(rows.update(held_until=timezone.now() + HOLD, **told))


def go_on(transfer: Transfer, steps: Steps) -> bool:
    """Work for a moment, and say how far it is. Whether there is more to do."""
    try:
        until = monotonic() + BIT_SECONDS
        while monotonic() < until:
            next(steps)
    except StopIteration:
        end(transfer, Transfer.State.DONE)
        return False
    except ChatappError as error:
        fail(transfer, error.sentence)
        return False
    except AWAY:
        raise  # it is begun again by whoever finds it unheld
    except Exception:  # top of the task loop
        logger.exception("%s went wrong", transfer)
        fail(transfer, gettext("Something went wrong here. It is logged; nothing was lost."))
        return False
    return hold(transfer, **{name: getattr(transfer, name) for name in FIGURES})


FIGURES = ("done", "total", "place", "added", "skipped", "refused", "problems", "file")


def fail(transfer: Transfer, why: str) -> None:
    transfer.error = why[:500]
    end(transfer, Transfer.State.FAILED)


def end(transfer: Transfer, state: str) -> None:
    """Give it its end, unless it was cancelled meanwhile: then what it made goes."""
    now = timezone.now()
    rows = Transfer.objects.filter(pk=transfer.pk, state="running", held_by=transfer.held_by)
    told = {name: getattr(transfer, name) for name in (*FIGURES, "error")}
    if transfer.kind == Transfer.Kind.IMPORT:
        told["file"] = ""  # read, or not to be read
    expires_at = now + KEEP.get(transfer.kind, KEEP_EXPORT)
    ended = rows.update(state=state, ended_at=now, expires_at=expires_at, **told)
    if not ended or not told["file"]:
        _discard(transfer.file)


def release(transfer: Transfer) -> None:
    """Let another process go on at once."""
    rows = Transfer.objects.filter(pk=transfer.pk, state="running", held_by=transfer.held_by)
    rows.update(held_until=None)


def unheld() -> list[uuid.UUID]:
    """What waits for a process, or lost the one that it had."""
    rows = Transfer.objects.live().exclude(held_until__gt=timezone.now())
    return list(rows.values_list("pk", flat=True))


def sweep() -> int:
    """Remove what has expired, and files whose transfer is gone with its person."""
    gone = list(Transfer.objects.filter(expires_at__lt=timezone.now())[:500])
    for transfer in gone:
        forget(transfer)
    try:
        _, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return len(gone)  # nobody has carried anything so far
    known = {str(pk) for pk in Transfer.objects.values_list("pk", flat=True)}
    for name in names:
        if name[:36] not in known and _is_old(f"{FOLDER}/{name}"):
            default_storage.delete(f"{FOLDER}/{name}")
    return len(gone)


def _is_old(name: str) -> bool:
    """A file may stand there a moment before its row does."""
    return default_storage.get_modified_time(name) < timezone.now() - timedelta(hours=1)


def opened(transfer: Transfer) -> IO[bytes]:
    """The file that it made, or is to read. Raises NotThere."""
    if not transfer.file:
        raise NotThere
    try:
        return default_storage.open(transfer.file)
    except FileNotFoundError:
        raise NotThere from None
