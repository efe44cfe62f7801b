"""Pictures of people: what is let in, what is kept of it, who sees it."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from chatapp.accounts.models import Picture, User
from chatapp.accounts.pictures import MOST_BYTES, small_webp
from chatapp.errors import TooLarge, Unusable
from tests.conftest import browser_of


def image(kind: str = "PNG", size: tuple[int, int] = (300, 200), **options: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


def upload(client: Client, data: bytes, name: str = "me.png") -> HttpResponse:
    return client.post("/accounts/picture/", {"picture": SimpleUploadedFile(name, data)})


def address(person: User) -> str:
    person.refresh_from_db()
    return f"/accounts/picture/{person.pk}/{person.picture}/"


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is that large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(9))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_kept_as_a_small_square(ada: User, kind: str) -> None:
    client = browser_of(ada)
    assert upload(client, image(kind)).status_code == 302
    answer = client.get(address(ada))
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    found = Image.open(BytesIO(answer.content))
    assert (found.format, found.size) == ("WEBP", (128, 128))


def test_where_a_picture_was_taken_is_not_kept() -> None:
    exif = Image.Exif()
    exif[0x010E] = "A secret place"
    exif.get_ifd(0x8825)[1] = "N"
    kept = Image.open(BytesIO(small_webp(BytesIO(image("JPEG", exif=exif, comment=b"secret")))))
    assert (len(kept.getexif()), kept.info.get("comment"), kept.info.get("exif")) == (0, None, None)


def test_a_picture_of_a_phone_stands_upright() -> None:
    sideways = Image.new("RGB", (200, 200), "red")
    sideways.paste("blue", (0, 0, 100, 200))  # on its left, which is up
    exif, out = Image.Exif(), BytesIO()
    exif[0x0112] = 6
    sideways.save(out, "PNG", exif=exif)
    kept = Image.open(BytesIO(small_webp(BytesIO(out.getvalue())))).convert("RGB")
    assert kept.getpixel((64, 10))[2] > 200
    assert kept.getpixel((64, 118))[0] > 200


NO_PICTURES = {
    "nothing": b"",
    "text": b"GIF89a is what I say",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "gif": image("GIF"),
    "tiff": image("TIFF"),
    "cut short": image()[:60],
    "png in name only": b"\x89PNG\r\n\x1a\n" + bytes(100),
}


@pytest.mark.parametrize("name", NO_PICTURES)
def test_what_is_no_picture_is_refused(name: str) -> None:
    with pytest.raises(Unusable):
        small_webp(BytesIO(NO_PICTURES[name]))


def test_a_polyglot_keeps_nothing_but_its_pixels() -> None:
    data = image() + b"<script>alert(1)</script>PK\x03\x04"
    assert b"script" not in small_webp(BytesIO(data))


@pytest.mark.parametrize("side", [8_000, 60_000])
def test_a_picture_that_would_unfold_is_not_unfolded(side: int) -> None:
    with pytest.raises((TooLarge, Unusable)):
        small_webp(BytesIO(bomb(side, side)))


def test_a_file_of_more_than_ten_megabytes_is_refused(ada: User) -> None:
    assert upload(browser_of(ada), image() + bytes(MOST_BYTES)).status_code == 413
    assert not Picture.objects.exists()


def test_only_who_is_signed_in_sees_a_picture(ada: User, ben: User) -> None:
    upload(browser_of(ada), image())
    assert browser_of(ben).get(address(ada)).status_code == 200
    assert Client().get(address(ada)).status_code == 302


def test_an_old_picture_is_found_no_longer(ada: User) -> None:
    client = browser_of(ada)
    upload(client, image())
    first = address(ada)
    upload(client, image(size=(10, 90)) + b"x")
    client.post("/accounts/picture/remove/")
    assert client.get(first).status_code == 404
    ada.refresh_from_db()
    assert ada.picture == ""


@pytest.mark.parametrize(
    ("name", "initials"),
    [("", "A"), ("Ada", "A"), ("ada king lovelace", "AL"), ("山田 太郎", "山太")],
)
def test_who_has_no_picture_has_initials(ada: User, name: str, initials: str) -> None:
    ada.name = name
    assert ada.initials == initials
