"""A file of conversations, read item by item: no more than one of them is in memory."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from os import SEEK_END
from typing import IO, Any

import ijson
from django.utils.translation import gettext

from chatapp.conversations.exporting.json import FORMAT, VERSION
from chatapp.errors import Unusable

NAME = "conversations.json"
RATIO = 200  # of what is in an archive to its size there; JSON of words has about 10
MOST_IN_ARCHIVE = 8 << 30  # bytes
# Of one conversation: what is beyond is passed over and reported.
MOST_CHARACTERS = 30_000_000
MOST_EVENTS = 2_000_000
MOST_DEPTH = 100
BROKEN = (ijson.JSONError, UnicodeDecodeError, zipfile.BadZipFile, EOFError)


class Counted:
    """A file that knows how much of it was read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.count = 0

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.count += len(data)
        return data


class TooMuch(Exception):
    """An item has more in it than memory should hold."""


@contextmanager
def unpacked(file: IO[bytes]) -> Iterator[tuple[IO[bytes], int]]:
    """The JSON of the file, which may stand in an archive, and its size. Raises Unusable."""
    file.seek(0)
    is_archive = file.read(2) == b"PK"
    size = file.seek(0, SEEK_END)
    file.seek(0)
    if not is_archive:
        yield file, size
        return
    try:
        with zipfile.ZipFile(file) as archive:
            member = _member(archive)
            with archive.open(member) as inner:
                yield inner, member.file_size
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise Unusable(gettext("This archive is broken or encrypted.")) from error


def _member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    named = [it for it in archive.infolist() if it.filename.rpartition("/")[2] == NAME]
    if not named:
        raise Unusable(gettext("There is no conversations.json in this archive."))
    found = named[0]
    if found.file_size > min(MOST_IN_ARCHIVE, RATIO * max(found.compress_size, 1 << 10)):
        raise Unusable(gettext("This archive unpacks to far more than it should."))
    return found


def prefix_of(file: IO[bytes]) -> str:
    """Where its conversations stand. Raises Unusable for a file that holds none."""
    try:
        return _prefix(ijson.parse(file, use_float=True))
    except BROKEN as error:
        raise Unusable(gettext("This file is no JSON.")) from error


def _prefix(events: Iterator[tuple[str, str, Any]]) -> str:
    told: dict[str, Any] = {}
    for at, (prefix, event, value) in enumerate(events):
        if at == 0 and event == "start_array":
            return "item"
        if (prefix, event) == ("conversations", "start_array"):
            break
        if event in ("string", "number"):
            told[prefix] = value
        if at > 100:
            break
    if told.get("format") != FORMAT:
        raise Unusable(
            gettext("Nothing in it is known: neither our own export, nor ChatGPT's, nor Claude's.")
        )
    if told.get("version") != VERSION:
        raise Unusable(gettext("This file is of a newer version than this installation reads."))
    return "conversations.item"


def items_in(file: Counted, prefix: str) -> Iterator[Any]:
    """Each item, or TooMuch in the place of one that was passed over. Raises those of BROKEN."""
    builder: ijson.ObjectBuilder | None = None
    events = depth = characters = 0
    too_much = False
    for where, event, value in ijson.parse(file, use_float=True):
        if where != prefix and not where.startswith(f"{prefix}."):
            continue
        if builder is None:
            builder, too_much = ijson.ObjectBuilder(), False
            events = depth = characters = 0
        events += 1
        depth += (event in ("start_map", "start_array")) - (event in ("end_map", "end_array"))
        characters += len(value) if isinstance(value, str) else 0
        if depth > MOST_DEPTH or events > MOST_EVENTS or characters > MOST_CHARACTERS:
            too_much = True
        if not too_much:
            builder.event(event, value)
        if depth == 0 and where == prefix:
            yield TooMuch() if too_much else builder.value
            builder = None
