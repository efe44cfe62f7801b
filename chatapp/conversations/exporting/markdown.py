"""The branch that its owner sees, as Markdown."""

from collections.abc import Iterator

from django.utils.translation import gettext

from chatapp.conversations.exporting.pieces import Piece
from chatapp.conversations.exporting.told import Told
from chatapp.conversations.models import Conversation, Message


def as_markdown(conversation: Conversation) -> str:
    """Title, then each message with who said it, when, and what it cites."""
    path = Message.objects.path_to(conversation.current_leaf_id)
    title = " ".join(str(conversation).split())
    return "\n\n".join([f"# {title}", *map(_message, path)]) + "\n"


def _message(message: Message) -> str:
    told = Told.of(message)
    parts = [f"## {told.who} · {told.at:%Y-%m-%d %H:%M} UTC"]
    parts += [_part(told, piece) for piece in told.pieces]
    if told.sources:
        parts.append("\n".join(_sources(told)))
    return "\n\n".join(filter(None, parts))


def _part(told: Told, piece: Piece) -> str:
    if piece.kind == "file":
        return f"*{gettext('File: %(name)s') % {'name': piece.label}}*"
    if piece.kind == "thinking":
        return _quoted(f"**{gettext('Thinking')}**\n\n{piece.text}")
    if piece.kind == "tool":
        failed = f" ({gettext('failed')})" if piece.is_error else ""
        return _quoted(f"**{piece.label}**{failed}\n\n{piece.given}\n\n{piece.text}")
    return piece.text + "".join(f" [{number}]" for number in told.numbers(piece))


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.strip().split("\n"))


def _sources(told: Told) -> Iterator[str]:
    yield gettext("Sources:") + "\n"
    for source, number in told.sources.items():
        title = source.title.replace("\n", " ")
        # Angle brackets, or an address with a bracket in it would end the link.
        yield f"{number}. [{title}](<{source.url}>)" if source.url else f"{number}. {title}"
