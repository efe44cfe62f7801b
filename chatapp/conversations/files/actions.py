"""The verbs of files: upload, take back, attach, carry over, remove."""

import hashlib
import shutil
import tempfile
import uuid
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from chatapp.accounts.models import User
from chatapp.conversations.files import storage
from chatapp.conversations.files.child import read_apart
from chatapp.conversations.files.limits import (
    FILE_BYTES,
    FILES_A_MESSAGE,
    FILES_UNSENT,
    MEGABYTE,
    REQUEST_BYTES,
)
from chatapp.conversations.files.names import safe_name
from chatapp.conversations.files.read import Read
from chatapp.conversations.models import (
    Attachment,
    FolderFile,
    Message,
    QueuedMessage,
    StoredFile,
)
from chatapp.errors import Conflict, NotThere, TooLarge, Unusable

UNSENT_FOR = timedelta(days=1)
STRAY_FOR = timedelta(days=7)  # time to notice that a database was restored without its newest rows


def upload(by: User, file_id: uuid.UUID, given: "UploadedFile[bytes]") -> StoredFile:
    """Read and keep a file. The same id again gives what was kept the first time.

    Raises NotThere for somebody else's id, TooLarge, Unusable, Conflict, TooBusy.
    """
    if known := StoredFile.objects.filter(pk=file_id).first():
        return _known(known, by)
    _require_room(by, given)
    with tempfile.TemporaryDirectory(prefix="upload-") as folder:
        uploaded = Path(folder) / storage.UPLOADED
        with uploaded.open("wb") as file:
            shutil.copyfileobj(given, file)
        read = read_apart(uploaded, Path(folder))
        return _kept(by, file_id, safe_name(given.name or ""), read, Path(folder))


def _known(known: StoredFile, by: User) -> StoredFile:
    if known.owner_id != by.pk:
        raise NotThere
    if not known.is_ready:
        raise Conflict(_("This file is just being uploaded."))
    return known


def _require_room(by: User, given: "UploadedFile[bytes]") -> None:
    if (given.size or 0) > FILE_BYTES:
        raise TooLarge(too_large())
    if StoredFile.objects.filter(owner=by, sent_at=None).count() >= FILES_UNSENT:
        raise Conflict(_("Many files of yours wait to be sent. Send or remove some first."))


def too_large() -> str:
    sentence = _("This file is too large; {size} MB are possible.")
    return sentence.format(size=FILE_BYTES // MEGABYTE)


def _kept(by: User, file_id: uuid.UUID, name: str, read: Read, folder: Path) -> StoredFile:
    """Write the row, then the bytes, then that they are there."""
    # Nothing of an image but its pixels is kept, and of a PDF Claude is given the upload.
    if read.kind == "pdf":
        (folder / storage.UPLOADED).rename(folder / storage.SENT)
    parts = [part for part in storage.PARTS if (folder / part).exists()]
    if read.kind == "image":
        parts.remove(storage.UPLOADED)
    sent = (folder / storage.SENT).read_bytes()
    row = StoredFile(
        id=file_id,
        owner=by,
        name=name,
        size=(folder / download_of(read.kind)).stat().st_size,
        sent_size=len(sent),
        digest=hashlib.sha256(sent).hexdigest(),
        **vars(read),
    )
    try:
        row.save(force_insert=True)
    except IntegrityError:
        # Uploaded twice at once.
        return _known(StoredFile.objects.get(pk=file_id), by)
    for part in parts:
        storage.keep(file_id, part, folder / part)
    row.is_ready = True
    row.save(update_fields=["is_ready"])
    return row


def download_of(kind: str) -> str:
    """Which of the stored parts a person gets back."""
    return storage.UPLOADED if kind == StoredFile.Kind.TEXT else storage.SENT


def unsent(by: User, ids: Sequence[uuid.UUID]) -> list[StoredFile]:
    """Those of the person's uploads that still wait to be sent, in that order."""
    found = StoredFile.objects.unsent().filter(owner=by).in_bulk(ids)
    return [found[pk] for pk in dict.fromkeys(ids) if pk in found]


@transaction.atomic
def withdraw(by: User, file_id: uuid.UUID) -> None:
    """Remove an upload that was not sent. Raises NotThere."""
    mine = StoredFile.objects.unsent().filter(owner=by).select_for_update()
    row = mine.filter(pk=file_id).first()
    if row is None:
        raise NotThere
    row.delete()
    storage.discard(file_id)


def chosen(by: User, ids: Sequence[uuid.UUID]) -> list[StoredFile]:
    """The uploads that a message is about to take, locked, in that order.

    Raises NotThere for one that is not the person's or not there, TooLarge, Unusable.
    """
    mine = StoredFile.objects.filter(owner=by, is_ready=True)
    found = {row.pk: row for row in mine.select_for_update().filter(pk__in=ids).order_by("pk")}
    wanted = [found[pk] for pk in dict.fromkeys(ids) if pk in found]
    if len(wanted) < len(set(ids)):
        raise NotThere(_("A file of this message is no longer there. Attach it again."))
    if any(row.sent_at for row in wanted):
        raise Unusable(_("A file of this message was sent already. Attach it again."))
    if len(wanted) > FILES_A_MESSAGE:
        raise TooLarge(_("A message can have {count} files.").format(count=FILES_A_MESSAGE))
    if sum(row.sent_size for row in wanted) * 4 // 3 > REQUEST_BYTES:
        raise TooLarge(_("These files together are too large for one message."))
    return wanted


def attach(message: Message, files: Sequence[StoredFile]) -> None:
    """Bind files to the message in whose content they stand, after those that it has."""
    if not files:
        return
    has = Attachment.objects.filter(message=message).count()
    rows = [
        Attachment(message=message, file=file, position=at) for at, file in enumerate(files, has)
    ]
    Attachment.objects.bulk_create(rows)
    unsent_ones = StoredFile.objects.filter(pk__in=[file.pk for file in files], sent_at=None)
    unsent_ones.update(sent_at=timezone.now())


def carry_over(copies: Sequence[tuple[Message, Message]]) -> None:
    """Let copies of messages, given each with its original, have the files of those, too.

    Their content has the blocks of the files already.
    """
    of_old = {old.pk: new.pk for old, new in copies}
    Attachment.objects.bulk_create(
        Attachment(message_id=of_old[row.message_id], file_id=row.file_id, position=row.position)
        for row in Attachment.objects.filter(message__in=of_old)
    )


def remove_unused(most: int = 100) -> int:
    """Remove files that no message or folder has any more, or ever had within a day; how many."""
    attached = Exists(Attachment.objects.filter(file=OuterRef("pk")))
    kept = Exists(FolderFile.objects.filter(file=OuterRef("pk")))
    forgotten = Q(sent_at=None) & (Q(created_at__lt=timezone.now() - UNSENT_FOR) | Q(owner=None))
    unused = StoredFile.objects.filter(~attached, ~kept, forgotten | Q(sent_at__isnull=False))
    waiting = QueuedMessage.objects.exclude(files=[]).values_list("files", flat=True)
    unused = unused.exclude(pk__in={pk for files in waiting for pk in files})
    with transaction.atomic():
        rows = list(unused.select_for_update(skip_locked=True).order_by("pk")[:most])
        # First the rows, which refuse if one was attached meanwhile; they come back
        # if the bytes cannot be removed now.
        StoredFile.objects.filter(pk__in=[row.pk for row in rows]).delete()
        for row in rows:
            storage.discard(row.pk)
    return len(rows)


def remove_strays() -> int:
    """Remove what is stored without a row, which only a lost row can leave; how many."""
    before, removed = timezone.now() - STRAY_FOR, 0
    for file_id, place in storage.stored():
        is_old = default_storage.get_modified_time(place) < before
        if is_old and not StoredFile.objects.filter(pk=file_id).exists():
            default_storage.delete(place)
            removed += 1
    return removed
