"""How many files one request may have: the API's limits, kept by leaving the oldest out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from chatapp.claude import Model
from chatapp.context.pieces import Piece
from chatapp.conversations.files.blocks import stand_in
from chatapp.conversations.files.limits import (
    IMAGES_A_REQUEST,
    IMAGES_IN_SMALL_WINDOW,
    LARGE_WINDOW,
    PAGES_IN_SMALL_WINDOW,
    PDF_PAGES,
    REQUEST_BYTES,
)
from chatapp.errors import TooLarge

NOT_SENT = "[file: {name}, shown to you earlier; there is no room for it in this request any more]"


class Load(NamedTuple):
    """What files take of a request: bytes as they are sent, images, pages of PDFs."""

    bytes: int = 0
    images: int = 0
    pages: int = 0


@dataclass(frozen=True)
class Room:
    most: Load

    def has(self, load: Load) -> bool:
        return all(a <= b for a, b in zip(load, self.most, strict=True))


def room_of(model: Model) -> Room:
    if model.context_window < LARGE_WINDOW:
        return Room(Load(REQUEST_BYTES, IMAGES_IN_SMALL_WINDOW, PAGES_IN_SMALL_WINDOW))
    return Room(Load(REQUEST_BYTES, IMAGES_A_REQUEST, PDF_PAGES))


def load_of(block: Mapping[str, Any]) -> Load:
    data = stand_in(block)
    if data is None:
        return Load()
    is_text = block["source"]["type"] == "text"
    # Base64 makes four of three; of a text, JSON escapes some.
    size = int(data["bytes"]) * 4 // 3 + 4
    return Load(size, int(block["type"] == "image"), 0 if is_text else int(data.get("pages", 0)))


def _together(loads: Iterable[Load]) -> Load:
    return Load(*map(sum, zip(Load(), *loads, strict=True)))


def within_limits(
    found: Sequence[Piece], model: Model, beside: Sequence[Piece] = ()
) -> list[Piece]:
    """The pieces, with the oldest files by name alone where the API would refuse so many.

    What is `beside` them goes along in any case.
    """
    room = room_of(model)
    total = _together(load_of(piece.block) for piece in (*beside, *found))
    kept = []
    for piece in found:
        load = load_of(piece.block)
        if any(load) and not room.has(total):
            total = Load(*(a - b for a, b in zip(total, load, strict=True)))
            piece = _by_name(piece)
        kept.append(piece)
    return kept


def _by_name(piece: Piece) -> Piece:
    name = (stand_in(piece.block) or {})["name"]
    return replace(piece, block={"type": "text", "text": NOT_SENT.format(name=name)})


def require_files(blocks: Sequence[Mapping[str, Any]], model: Model) -> None:
    """Raises TooLarge for more than one request of this model can hold."""
    most, load = room_of(model).most, _together(map(load_of, blocks))
    if load.pages > most.pages:
        raise TooLarge(
            _("These PDFs have {pages} pages; {most} are possible with {model}.").format(
                pages=load.pages, most=most.pages, model=model.name
            )
        )
    if not room_of(model).has(load):
        raise TooLarge(_("These files together are too large for one message."))
