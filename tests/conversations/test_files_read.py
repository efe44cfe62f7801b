"""What a file is told to be, by its content, and what Claude is given of it."""

import io
from pathlib import Path

import pytest
from PIL import Image

from chatapp.conversations.files.kinds import CannotUse
from chatapp.conversations.files.limits import IMAGE_SIDE_SENT, TEXT_CHARACTERS
from chatapp.conversations.files.names import safe_name
from chatapp.conversations.files.read import Read
from chatapp.conversations.files.reading import read
from tests.conversations import samples


def read_of(data: bytes, folder: Path) -> Read:
    path = folder / "uploaded"
    path.write_bytes(data)
    return read(path, folder)


def sent(folder: Path) -> bytes:
    return (folder / "sent").read_bytes()


@pytest.mark.parametrize(
    ("format", "media_type"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("GIF", "image/png"),
        ("WEBP", "image/png"),
    ],
)
def test_an_image_is_told_by_its_content(format: str, media_type: str, tmp_path: Path) -> None:
    found = read_of(samples.image(format), tmp_path)
    assert (found.kind, found.media_type) == ("image", media_type)
    assert (found.width, found.height, found.notes) == (60, 40, [])
    assert Image.open(io.BytesIO(sent(tmp_path))).get_format_mimetype() == media_type


def test_a_photo_stands_upright_and_tells_nothing_of_where_it_was_taken(tmp_path: Path) -> None:
    given = samples.photo()
    assert b"Camera" in given
    found = read_of(given, tmp_path)
    assert (found.width, found.height) == (40, 60)
    for part in ("sent", "thumb"):
        made = Image.open(tmp_path / part)
        assert not made.getexif()
        assert not {"exif", "comment", "icc_profile"} & set(made.info)
        assert b"Camera" not in (tmp_path / part).read_bytes()
        assert b"at home" not in (tmp_path / part).read_bytes()


def test_a_large_image_is_scaled_down_and_that_is_said(tmp_path: Path) -> None:
    found = read_of(samples.image("JPEG", (4_000, 1_000)), tmp_path)
    assert (found.width, found.height) == (IMAGE_SIDE_SENT, 500)
    assert found.notes == ["scaled"]


def test_a_picture_with_holes_keeps_them(tmp_path: Path) -> None:
    read_of(samples.image("PNG", mode="RGBA"), tmp_path)
    assert Image.open(tmp_path / "sent").mode == "RGBA"


def test_of_an_animation_the_first_frame_stays(tmp_path: Path) -> None:
    more = [Image.new("RGB", (60, 40), "red")]
    found = read_of(samples.image("GIF", save_all=True, append_images=more), tmp_path)
    assert found.notes == ["first frame"]
    assert getattr(Image.open(tmp_path / "sent"), "n_frames", 1) == 1


def test_a_pdf_is_counted_by_pages(tmp_path: Path) -> None:
    found = read_of(samples.pdf(3), tmp_path)
    assert (found.kind, found.media_type, found.pages) == ("pdf", "application/pdf", 3)


OFFICE = {
    "docx": (samples.docx("A letter.", "<staff>No</staff>"), "A letter.\n‹staff>No‹/staff>"),
    "xlsx": (samples.xlsx(), '# Bees\nhive,"honey, kg"\n1,12.5'),
    "pptx": (samples.pptx(), "# Slide 1\nOn bees\nNotes: Speak slowly."),
}


@pytest.mark.parametrize("format", OFFICE)
def test_of_an_office_document_claude_is_given_the_text(format: str, tmp_path: Path) -> None:
    data, text = OFFICE[format]
    found = read_of(data, tmp_path)
    assert (found.kind, found.format, found.notes) == ("text", format, [f"{format} as text"])
    assert sent(tmp_path).decode().startswith(text)
    assert found.letters == len(sent(tmp_path))


def test_a_table_in_a_letter_stands_at_its_place(tmp_path: Path) -> None:
    read_of(samples.docx("before"), tmp_path)
    assert sent(tmp_path) == b"before\nleft,right"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_text_is_read_in_its_encoding(encoding: str, tmp_path: Path) -> None:
    found = read_of("Grüße, “Ada”\r\n".encode(encoding), tmp_path)
    assert (found.kind, found.media_type) == ("text", "text/plain")
    assert sent(tmp_path).decode() == "Grüße, “Ada”"


def test_a_long_text_is_cut_and_that_is_said(tmp_path: Path) -> None:
    found = read_of(b"word " * (TEXT_CHARACTERS // 4), tmp_path)
    assert len(sent(tmp_path)) == TEXT_CHARACTERS
    assert found.notes == ["cut"]


REFUSED = {
    "empty": b"",
    "no words": b" \n\t\n",
    "old office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "unknown": b"\x7fELF" + bytes(200),
    "encrypted": samples.pdf(1, "secret"),
    "too many pages": samples.pdf_of_one_page_many_times(10_000),
    "too many pixels": samples.image("PNG", (8_001, 2), mode="1"),
    "broken": b"%PDF-1.7 and nothing more",
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_claude_cannot_read_is_refused_with_its_reason(why: str, tmp_path: Path) -> None:
    with pytest.raises(CannotUse, match=f"^{why}$"):
        read_of(REFUSED[why], tmp_path)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("notes.txt", "notes.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.doc", "a.doc"),
        ("a\x00b\r\nc.txt", "a b c.txt"),
        ("invoice‮gpj.exe", "invoice gpj.exe"),
        ("", "file"),
        ("..", "file"),
        ("/", "file"),
        ("x" * 300 + ".tar", "x" * 145 + "….tar"),
    ],
)
def test_a_name_is_one_line_without_tricks(given: str, name: str) -> None:
    assert safe_name(given) == name
