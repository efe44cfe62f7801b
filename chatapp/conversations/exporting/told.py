"""Messages as pages and files outside of the app show them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from chatapp.conversations.exporting.pieces import Piece, Source, numbered, pieces_of, who
from chatapp.conversations.models import Message
from chatapp.rendering import render, render_plain


@dataclass(frozen=True)
class Told:
    """A message, with the numbers of its sources beside the pieces that cite them."""

    role: str
    who: str
    at: datetime
    pieces: list[Piece]
    sources: dict[Source, int]

    @classmethod
    def of(cls, message: Message) -> Self:
        pieces = pieces_of(message)
        name = who(message)
        return cls(message.role, name, message.created_at, pieces, numbered(pieces))

    @classmethod
    def of_snapshot(cls, kept: Mapping[str, Any], name: str) -> Self:
        """Of a share; `name` is whoever asked."""
        pieces = [_piece(piece) for piece in kept["pieces"]]
        names = {"user": name or gettext("Question"), "person": gettext("A person of the staff")}
        shown = names.get(kept["role"]) or kept["model"] or gettext("Assistant")
        at = datetime.fromisoformat(kept["at"])
        return cls(kept["role"], shown, at, pieces, numbered(pieces))

    @property
    def parts(self) -> list[tuple[Piece, SafeString, list[int]]]:
        """Each piece with its HTML: what people typed as it is, answers as Markdown."""
        how = render if self.role == Message.Role.ASSISTANT else render_plain
        return [(piece, how(piece.text), self.numbers(piece)) for piece in self.pieces]

    def numbers(self, piece: Piece) -> list[int]:
        return sorted(self.sources[source] for source in set(piece.sources))


def _piece(kept: Mapping[str, Any]) -> Piece:
    piece = Piece(**{"text": "", **kept})
    return replace(piece, sources=[Source(**dict(source)) for source in kept.get("sources", ())])
