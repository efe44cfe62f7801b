"""The bytes of files, by Django's storages. Their names are made of the row's id alone."""

import uuid
from collections.abc import Iterator
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import default_storage

SENT, UPLOADED, THUMB = "sent", "uploaded", "thumb"
PARTS = (SENT, UPLOADED, THUMB)


def place_of(file_id: uuid.UUID, part: str) -> str:
    return f"{file_id.hex[:2]}/{file_id.hex}.{part}"


def keep(file_id: uuid.UUID, part: str, path: Path) -> None:
    place = place_of(file_id, part)
    with path.open("rb") as file:
        kept = default_storage.save(place, File(file, name=part))
    assert kept == place, "the storage has given the file another name"


def opened(file_id: uuid.UUID, part: str) -> "File[bytes]":
    """Raises OSError where it is gone."""
    return default_storage.open(place_of(file_id, part))


def read(file_id: uuid.UUID, part: str = SENT) -> bytes:
    """Raises OSError where it is gone."""
    with opened(file_id, part) as file:
        return bytes(file.read())


def discard(file_id: uuid.UUID) -> None:
    """Remove all that is stored of a file; what is gone already does not matter."""
    for part in PARTS:
        default_storage.delete(place_of(file_id, part))


def stored() -> Iterator[tuple[uuid.UUID, str]]:
    """The file and the place of everything that is stored."""
    try:
        folders, _ = default_storage.listdir("")
    except FileNotFoundError:
        return  # nothing was ever stored
    for folder in folders:
        if len(folder) != 2:
            continue  # of exports and imports
        for name in default_storage.listdir(folder)[1]:
            yield uuid.UUID(name.partition(".")[0]), f"{folder}/{name}"
