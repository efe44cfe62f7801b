"""Hostile uploads: refused, or kept as something that does no harm to anybody."""

import struct
import uuid
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from chatapp.accounts.models import User
from chatapp.conversations.flags import flag
from chatapp.conversations.models import Attachment, StoredFile
from chatapp.generation.actions import begin_conversation
from tests.conftest import browser_of
from tests.conversations import samples

SCRIPT = b"<script>top.pwned=1</script>"
HTML = b"<!doctype html><html>" + SCRIPT
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="top.pwned=1">' + SCRIPT + b"</svg>"
WORD = "word/document.xml"
ENTITIES = b"<!DOCTYPE a [<!ENTITY b '%s'><!ENTITY c '%s'><!ENTITY d '%s'>]><a>&d;</a>" % (
    *(b"lol" * 999, b"&b;" * 999, b"&c;" * 999),
)
OUTSIDE = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
PARTS = (
    b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
)


def png_of(width: int, height: int, *chunks: bytes) -> bytes:
    """Of one colour, so that it packs well."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(height * (1 + (width + 7) // 8)), 9)
    parts = [
        (b"IHDR", head),
        *((b"tEXt", text) for text in chunks),
        (b"IDAT", rows),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


def lying_zip() -> bytes:
    """Says that what is packed in it is small."""
    told = samples.zipped({WORD: bytes(30_000_000)})
    return told.replace(struct.pack("<I", 30_000_000), struct.pack("<I", 10))


def docx_of(xml: bytes) -> bytes:
    """A sound document but for what stands in it."""
    sound = samples.docx()
    return samples.rezipped(sound, {WORD: xml})


def loop_pdf() -> bytes:
    return samples.pdf_of_one_page_many_times(1).replace(b"/Kids [3 0 R ]", b"/Kids [2 0 R ]")


REFUSED = {
    "html that begins as a gif": b"GIF89a" + HTML,
    "html that begins as a jpeg": b"\xff\xd8\xff" + HTML,
    "html that begins as a pdf": b"%PDF-1.7\n" + HTML,
    "a program": b"MZ\x90\x00\x03" + bytes(500),
    "a text with NUL": b"Hello\x00world",
    "nothing": b"",
    "a zip": samples.zipped({"a.html": HTML}),
    "a zip bomb": samples.zipped({WORD: bytes(200_000_000)}),
    "a zip that lies of its size": lying_zip(),
    "a zip of many members": samples.zipped({f"{n}": b"" for n in range(5_001)} | {WORD: b"x"}),
    "a zip with path tricks": samples.zipped({"../../x": b"x", WORD: b"x"}),
    "a document of a million elements": docx_of(PARTS + b"<w:p/>" * 8_000_000),
    "a document of entities": docx_of(ENTITIES),
    "a bomb of pixels": png_of(60_000, 60_000),
    "an image of one long row": png_of(100_000, 1),
    "half an image": samples.image(size=(900, 900))[:300],
    "a PDF of 10,000 pages": samples.pdf_of_one_page_many_times(10_000),
    "a PDF whose pages go in a circle": loop_pdf(),
    "an encrypted PDF": samples.pdf(1, "secret"),
}


def post(owner: User, data: bytes, name: str = "file") -> HttpResponse:
    form = {"id": uuid.uuid4(), "file": SimpleUploadedFile(name, data)}
    return browser_of(owner).post("/files/", form, headers={"HX-Request": "true"})


def stored() -> set[Path]:
    return {path for path in Path(default_storage.location).rglob("*") if path.is_file()}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_hostile_file_is_refused_and_leaves_nothing(ada: User, kind: str) -> None:
    before = stored()
    reply = post(ada, REFUSED[kind], "invoice.pdf")
    assert reply.status_code == 422, reply.text
    assert "data-error" in reply.text
    assert (stored(), StoredFile.objects.count()) == (before, 0)


HARMLESS = {
    "svg": SVG,
    "html": HTML,
    "xml with an entity from outside": OUTSIDE + b"<a>&b;</a>",
    "a script": b"#!/bin/sh\nrm -rf /\n",
    "a jpeg with a page behind its end": samples.photo() + HTML,
    "a png with a page in its comment": png_of(9, 9, b"Comment\x00" + HTML),
    "a gif with a page in its comment": samples.image("GIF", comment=SCRIPT),
    "an image of many pixels that packs well": png_of(8_000, 8_000),
    "a pdf with a page before its head": SCRIPT + samples.pdf(),
    "a pdf with a page behind its end": samples.pdf() + HTML,
}


@pytest.mark.parametrize("kind", HARMLESS)
def test_a_file_that_could_be_a_page_is_never_one(ada: User, kind: str) -> None:
    assert post(ada, HARMLESS[kind], "page.html").status_code == 200
    file = StoredFile.objects.get()
    for part in ("", *(("thumbnail/",) if file.kind == "image" else ())):
        reply: Any = browser_of(ada).get(f"/files/{file.pk}/{part}")
        told = reply.headers
        assert told["Content-Type"].split("/")[0] in ("image", "application")
        assert told["Content-Type"] != "image/svg+xml"
        assert told["X-Content-Type-Options"] == "nosniff"
        assert told["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert told["Content-Disposition"].startswith("inline" if part else "attachment")
        body = b"".join(reply.streaming_content)
        assert file.kind != "image" or b"script" not in body


NAMES = {
    "a path": "../../../etc/cron.d/x",
    "a path of Windows": "C:\\Windows\\x.txt",
    "an address": "/etc/passwd",
    "a NUL": "a.html\x00.png",
    "a line": "a\r\nX-Evil: 1.txt",
    "300 characters": "x" * 300 + ".txt",
    "only dots": "....",
    "two endings": "photo.jpg.exe",
    "another direction": "photo‮gpj.exe",
    "markup": '"><img src=x onerror=top.pwned=1>.txt',
    "quotes": "a\"; filename*=utf-8''evil.html",
    "half a pair": "a\ud800.txt",
}


@pytest.mark.parametrize("kind", NAMES)
def test_no_name_leaves_its_place_or_its_line(ada: User, kind: str) -> None:
    given = NAMES[kind].encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    before = stored()
    reply = post(ada, b"Bees", given)
    assert reply.status_code in (200, 422)
    assert "<img src=x" not in reply.text
    for path in stored() - before:
        file = StoredFile.objects.get()
        assert path.name in {f"{file.pk.hex}.sent", f"{file.pk.hex}.uploaded"}
        assert path.parent.parent == Path(settings.ENV.data_dir) / "files"
        told = browser_of(ada).get(f"/files/{file.pk}/").headers
        assert "\n" not in told["Content-Disposition"]
        assert "X-Evil" not in told


def test_what_the_browser_says_of_a_file_counts_for_nothing(ada: User) -> None:
    given = SimpleUploadedFile("a.png", HTML, content_type="image/png")
    browser_of(ada).post("/files/", {"id": uuid.uuid4(), "file": given})
    assert StoredFile.objects.get().kind == "text"


def test_a_thumbnail_is_shown_to_whom_the_file_is(
    ada: User, ben: User, sue: User, pat: User, max: User
) -> None:
    file = samples.uploaded(ada, samples.image())
    conversation = begin_conversation(ada, uuid.uuid4(), "Look", "", files=[file.pk])
    flag(conversation.pk, "colleague", detail="Look at this")
    met = {
        who.email: browser_of(who).get(f"/files/{file.pk}/thumbnail/").status_code
        for who in (ada, ben, sue, pat, max)
    }
    assert list(met.values()) == [200, 404, 404, 404, 200]


def test_the_files_of_others_cannot_be_sent_or_named(ada: User, ben: User) -> None:
    theirs = samples.uploaded(ada, b"Bees")
    form = {"text": "Mine now", "files": [theirs.pk]}
    assert browser_of(ben).post("/c/", form).status_code == 404
    assert browser_of(ben).get(f"/files/waiting/?id={theirs.pk}").text.strip() == ""
    assert not Attachment.objects.exists()
