"""Conversations as one archive: some, or all that a person has here.

No more than a conversation is in memory at a time.
"""

import csv
import io
import json
import uuid
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import IO, Any

from chatapp.accounts.models import User
from chatapp.conversations.exporting.json import document, moment
from chatapp.conversations.exporting.markdown import as_markdown
from chatapp.conversations.exporting.parts import PARTS, Row
from chatapp.conversations.models import Conversation, Share

README_CHOSEN = """\
conversations.json  every conversation with all its branches and your feedback;
                    docs/export.md of the project describes the form
conversations/      the branch of each that you see, as Markdown
"""
README = f"""\
account.json        who you are here, and your settings
{README_CHOSEN}\
shares.json         the links that you made (not the links themselves: they are kept nowhere)
usage.csv           what your calls cost
"""


def everything_of(user: User, file: IO[bytes]) -> Iterator[tuple[int, int]]:
    """Write the archive into `file`; after each conversation and part, how many are done of all.

    The ids are read first: what is begun meanwhile is in the next archive.
    """
    mine = Conversation.objects.visible_to(user).kept()
    ids = list(mine.order_by("created_at", "id").values_list("pk", flat=True))
    total = 2 * len(ids) + len(PARTS)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README)
        archive.writestr("account.json", as_text(account_of(user)))
        archive.writestr("shares.json", as_text(list(_shares_of(user))))
        for done in _write_both(archive, ids):
            yield done, total
        for at, (name, rows) in enumerate(PARTS.items(), 2 * len(ids) + 1):
            found = rows(user)
            first = next(found, None)
            if first is not None:
                with archive.open(name, "w", force_zip64=True) as part:
                    _write_part(part, name, chain([first], found))
            yield at, total


def chosen_of(user: User, chosen: Sequence[str], file: IO[bytes]) -> Iterator[tuple[int, int]]:
    """The same of some conversations alone. What is gone, or not theirs any more, is left out."""
    mine = Conversation.objects.visible_to(user).kept().filter(pk__in=chosen)
    ids = list(mine.order_by("created_at", "id").values_list("pk", flat=True))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README_CHOSEN)
        for done in _write_both(archive, ids):
            yield done, 2 * len(ids)


def _write_both(archive: zipfile.ZipFile, ids: Sequence[uuid.UUID]) -> Iterator[int]:
    """The JSON of all, then the Markdown of each; how many steps of twice as many are done."""
    yield from _write_json(archive, ids)
    for at, pk in enumerate(ids, len(ids) + 1):
        if conversation := _read(pk):
            name = f"conversations/{conversation.created_at:%Y-%m-%d}-{pk}.md"
            archive.writestr(name, as_markdown(conversation).encode("utf-8", "replace"))
        yield at


def _write_json(archive: zipfile.ZipFile, ids: Sequence[uuid.UUID]) -> Iterator[int]:
    """How many conversations are written, each time that it is one more."""
    seen = 0

    def read() -> Iterator[Conversation]:
        nonlocal seen
        for pk in ids:
            seen += 1
            if conversation := _read(pk):
                yield conversation

    told = 0
    with archive.open("conversations.json", "w", force_zip64=True) as member:
        for text in document(read()):
            member.write(text.encode("utf-8", "replace"))
            if seen > told:
                told = seen
                yield told


def _read(pk: uuid.UUID) -> Conversation | None:
    """A query of its own for each: the archive is written over many connections."""
    return Conversation.objects.select_related("prompt").filter(pk=pk).first()


def account_of(user: User) -> dict[str, Any]:
    return {
        "email": user.email,
        "name": user.name,
        "locale": user.locale,
        "theme": user.theme,
        "announce": user.announce,
        "joined_at": moment(user.date_joined),
        "last_signed_in_at": moment(user.last_login),
        "groups": sorted(user.groups.values_list("name", flat=True)),
    }


def _shares_of(user: User) -> Iterator[dict[str, Any]]:
    for share in Share.objects.visible_to(user).defer("snapshot").order_by("created_at"):
        yield {
            "conversation": str(share.conversation_id),
            "title": share.title,
            "messages": share.message_count,
            "created_at": moment(share.created_at),
            "expires_at": moment(share.expires_at),
            "revoked_at": moment(share.revoked_at),
        }


def as_text(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2, default=str) + "\n"


def _write_part(part: IO[bytes], name: str, rows: Iterable[Row]) -> None:
    if name.endswith(".csv"):
        _write_table(part, rows)
        return
    part.write(b"[")
    for at, row in enumerate(rows):
        text = (",\n" if at else "\n") + json.dumps(row, ensure_ascii=False, default=str)
        part.write(text.encode("utf-8", "replace"))
    part.write(b"\n]\n")


def _write_table(part: IO[bytes], rows: Iterable[Row]) -> None:
    with io.TextIOWrapper(part, "utf-8", newline="", write_through=True) as text:
        writer: csv.DictWriter[str] | None = None
        for row in rows:
            if writer is None:
                writer = csv.DictWriter(text, list(row))
                writer.writeheader()
            writer.writerow({key: as_cell(value) for key, value in row.items()})


def as_cell(value: Any) -> Any:
    """What a spreadsheet would take for a formula stands as text."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return value
