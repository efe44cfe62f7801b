"""Files of a folder: they go along with every conversation in it."""

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chatapp.conversations.files.limits import (
    FILES_A_FOLDER,
    FOLDER_BYTES,
    FOLDER_PAGES,
    MEGABYTE,
)
from chatapp.conversations.models import Folder, FolderFile, StoredFile
from chatapp.errors import NotThere, TooLarge


def files_of(folder_id: uuid.UUID) -> Sequence[StoredFile]:
    """In the order in which they came: what is added stands behind what is in the cache."""
    rows = FolderFile.objects.filter(folder=folder_id).select_related("file")
    return [row.file for row in rows]


@transaction.atomic
def put_into(folder: Folder, file: StoredFile) -> None:
    """Keep an upload in the folder. Raises TooLarge for more than a folder can have."""
    Folder.objects.select_for_update().get(pk=folder.pk)
    together = [*files_of(folder.pk), file]
    if len(together) > FILES_A_FOLDER:
        raise TooLarge(_("A folder can have {count} files.").format(count=FILES_A_FOLDER))
    if sum(each.sent_size for each in together) > FOLDER_BYTES:
        told = _("The files of a folder can have {size} MB together.")
        raise TooLarge(told.format(size=FOLDER_BYTES // MEGABYTE))
    if sum(each.pages for each in together) > FOLDER_PAGES:
        told = _("The PDFs of a folder can have {count} pages together.")
        raise TooLarge(told.format(count=FOLDER_PAGES))
    FolderFile.objects.create(folder=folder, file=file)
    StoredFile.objects.filter(pk=file.pk).update(sent_at=timezone.now())


def take_out(folder: Folder, file_id: uuid.UUID) -> None:
    """The sweeper removes what is stored of it. Raises NotThere."""
    if not FolderFile.objects.filter(folder=folder, file=file_id).delete()[0]:
        raise NotThere
