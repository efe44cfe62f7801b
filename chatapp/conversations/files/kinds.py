"""What a file is, by its content. Its name and what the browser says of it count for nothing."""

import zipfile
from pathlib import Path

from chatapp.conversations.files.limits import ZIP_BYTES, ZIP_MEMBERS

IMAGES = {
    b"\xff\xd8\xff": "jpeg",
    b"\x89PNG\r\n\x1a\n": "png",
    b"GIF87a": "gif",
    b"GIF89a": "gif",
}
OFFICE = {
    "word/document.xml": "docx",
    "xl/workbook.xml": "xlsx",
    "ppt/presentation.xml": "pptx",
}
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The specification lets a PDF begin a little later; readers look that far.
PDF_HEAD = 1_024


class CannotUse(Exception):
    """This file is refused; the text is a key of `refusals.SENTENCES`."""


def format_of(path: Path) -> str:
    """One of `IMAGES`, "webp", "pdf", one of `OFFICE`, or "text". Raises CannotUse."""
    with path.open("rb") as file:
        head = file.read(PDF_HEAD)
    if not head:
        raise CannotUse("empty")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    for magic, name in IMAGES.items():
        if head.startswith(magic):
            return name
    if head.startswith(OLD_OFFICE):
        raise CannotUse("old office")
    if head.startswith(b"PK\x03\x04"):
        return _office(path)
    return "pdf" if b"%PDF-" in head else "text"


def _office(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise CannotUse("broken") from None
    # What it says of its sizes is what unpacking is held to, by the library.
    if len(members) > ZIP_MEMBERS or sum(member.file_size for member in members) > ZIP_BYTES:
        raise CannotUse("too much inside")
    names = {member.filename for member in members}
    found = next((kind for part, kind in OFFICE.items() if part in names), None)
    if found is None:
        raise CannotUse("unknown")
    return found
