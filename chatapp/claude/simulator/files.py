"""Images and documents: what a request may say of them, and how many it may hold.

Limits from the provider's pages on vision and PDF support, November 2026.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

_KEYS = {
    "image": {"type", "source", "cache_control", "transformations"},
    "document": {"type", "source", "title", "context", "citations", "cache_control"},
}
_IMAGES = {
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
}
_IMAGE_LETTERS = 10 * 1024 * 1024  # of base64
_SIDE, _SIDE_OF_MANY, _MANY = 8_000, 2_000, 20
_LARGE_WINDOW = 1_000_000
_IMAGES_MOST, _PAGES_MOST, _MOST_IN_SMALL_WINDOW = 600, 600, 100
_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")


class _Found(NamedTuple):
    images: int = 0
    pages: int = 0
    side: int = 0


def fault_of(messages: list[dict[str, Any]], window: int) -> str | None:
    """What is wrong with images and documents; the first finding, or None."""
    total = _Found()
    for path, block in _blocks(messages):
        found = _of(block)
        if isinstance(found, str):
            return f"{path}.{found}"
        total = _Found(
            total.images + found.images, total.pages + found.pages, max(total.side, found.side)
        )
    return _too_many(total, window)


def _blocks(messages: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for index, message in enumerate(messages):
        content = message["content"]
        for number, block in enumerate(content if isinstance(content, list) else ()):
            if block["type"] in _KEYS:
                yield f"messages.{index}.content.{number}", block


def _of(block: dict[str, Any]) -> _Found | str:
    kind, source = block["type"], block.get("source")
    if unknown := set(block) - _KEYS[kind]:
        return f"{kind}.{min(unknown)}: Extra inputs are not permitted"
    if not isinstance(source, dict):
        return f"{kind}.source: Field required"
    if not isinstance(block.get("title") or "", str):
        return "document.title: Input should be a valid string"
    if source.get("type") == "base64":
        return _of_data(kind, source)
    if kind == "document" and source.get("type") == "text":
        return _of_text(source)
    # What stands elsewhere is not looked at.
    known = ("url", "file") if kind == "image" else ("url", "file", "content")
    return _Found() if source.get("type") in known else f"{kind}.source.type: unknown"


def _of_text(source: dict[str, Any]) -> _Found | str:
    if source.get("media_type") != "text/plain":
        return "document.source.media_type: Input should be 'text/plain'"
    if not isinstance(source.get("data"), str) or not source["data"].strip():
        return "document.source.data: must be a non-empty string"
    return _Found()


def _of_data(kind: str, source: dict[str, Any]) -> _Found | str:
    data, media_type = source.get("data"), source.get("media_type")
    if not isinstance(data, str):
        return f"{kind}.source.data: Input should be a valid string"
    try:
        raw = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return f"{kind}.source.data: Invalid base64 data"
    if kind == "document":
        if media_type != "application/pdf" or b"%PDF-" not in raw[:1024]:
            return "document.source: The PDF specified was not valid"
        return _Found(pages=max(1, len(_PAGE.findall(raw))))
    if media_type not in _IMAGES:
        return "image.source.media_type: Input should be 'image/jpeg', 'image/png', …"
    if not raw.startswith(_IMAGES[media_type]):
        return f"image.source: The image was not a valid {media_type}"
    if len(data) > _IMAGE_LETTERS:
        return f"image.source: image exceeds 10 MB maximum: {len(data)} bytes > {_IMAGE_LETTERS}"
    return _Found(images=1, side=_side(raw))


def _side(raw: bytes) -> int:
    """The longer side where the first bytes tell it."""
    if raw.startswith(_IMAGES["image/png"]):
        return max(int.from_bytes(raw[16:20]), int.from_bytes(raw[20:24]))
    if raw.startswith(_IMAGES["image/gif"]):
        return max(int.from_bytes(raw[6:8], "little"), int.from_bytes(raw[8:10], "little"))
    return 0


def _too_many(found: _Found, window: int) -> str | None:
    is_small = window < _LARGE_WINDOW
    images = _MOST_IN_SMALL_WINDOW if is_small else _IMAGES_MOST
    pages = _MOST_IN_SMALL_WINDOW if is_small else _PAGES_MOST
    side = _SIDE_OF_MANY if found.images > _MANY else _SIDE
    if found.images > images:
        return f"messages: too many images: {found.images} > {images}"
    if found.pages > pages:
        return f"messages: A maximum of {pages} PDF pages may be provided."
    if found.side > side:
        return f"messages: image dimensions exceed max allowed size: {side} pixels"
    return None
