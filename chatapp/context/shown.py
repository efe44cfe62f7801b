"""What a thread shows of the model's memory: a divider, the notes, how full it is."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from chatapp.accounts.models import User
from chatapp.context import tokens
from chatapp.context.cover import message_count, read
from chatapp.context.directions import Directions, directions, directions_by
from chatapp.context.models import Protection, Summary
from chatapp.context.plan import build, limit_of
from chatapp.conversations.models import Conversation, Message
from chatapp.errors import NotThere, TooLarge
from chatapp.live.frames import frame_of
from chatapp.prompts.models import Version
from chatapp.rendering import render_plain

CACHE_LIFE = timedelta(minutes=5)  # of the provider's cache, API docs: prompt caching


@dataclass(frozen=True)
class Note:
    """One row of notes as a person sees it; `author` mended it, None wrote it by model."""

    row: Summary
    messages: int
    author: User | None

    @property
    def html(self) -> SafeString:
        return render_plain(self.row.text)

    @property
    def is_correction(self) -> bool:
        return self.row.replaces_id is not None


@dataclass(frozen=True)
class Shown:
    """`ends_after` is the last message that only notes stand for: the divider follows it.

    `tokens` of `limit` are used, an estimate; `protected_tokens` of `protected_limit`.
    `left_out` messages at the beginning are not sent at all.
    """

    ends_after: uuid.UUID | None
    notes: Sequence[Note]
    tokens: int
    limit: int
    left_out: int
    uncovered: int
    on_return: int  # more uncovered than this becomes notes when somebody comes back
    version: Version | None  # that would answer next
    protected: Sequence[Message]
    protected_tokens: int
    protected_limit: int

    @property
    def percent(self) -> int:
        return percent(self.tokens, self.limit)

    @property
    def messages(self) -> int:
        """How many messages stand behind the notes."""
        return sum(note.messages for note in self.notes)


def shown(conversation: Conversation) -> Shown:
    """The memory at the newest message. A handful of queries, whatever the length."""
    leaf, by = conversation.current_leaf_id or uuid.UUID(int=0), _directions(conversation)
    cover = read(conversation.pk, conversation.current_leaf_id)
    authors = User.objects.in_bulk({row.author_id for row in cover.rows if row.author_id})
    try:
        made = build(by, cover, leaf)
        used, limit, left_out, uncovered = made.tokens, made.limit, made.left_out, made.uncovered
    except TooLarge:
        # The newest message is refused: nothing would be sent, and the page still opens.
        used, limit, left_out, uncovered = 1, 1, 0, 0
    ids = Protection.objects.filter(conversation=conversation).values("message")
    protected = list(Message.objects.filter(pk__in=ids).order_by("created_at"))
    return Shown(
        ends_after=cover.until,
        notes=[
            Note(row, message_count(row), authors.get(row.author_id or 0)) for row in cover.rows
        ],
        tokens=used,
        limit=limit,
        left_out=left_out,
        uncovered=uncovered,
        on_return=by.options.marks.on_return,
        version=by.version,
        protected=protected,
        protected_tokens=sum(tokens.of_text(message.text) for message in protected),
        protected_limit=settings.PROTECTED_MAX_TOKENS,
    )


def _directions(conversation: Conversation) -> Directions:
    """Of what is answered by nothing any more, those without a prompt: it can still be read."""
    try:
        return directions(conversation)
    except NotThere:
        return directions_by(None, conversation)


def percent(used: int, limit: int) -> int:
    return min(100, 100 * used // max(1, limit))


def memory_frame(conversation: Conversation) -> str:
    """The divider with the notes, and the panel: the same fragments as in the page."""
    context = {"memory": shown(conversation), "conversation": conversation}
    divider = render_to_string("context/_memory.html", context)
    panel = render_to_string("context/_panel.html", context)
    return frame_of("part", divider) + frame_of("part", panel)


def meter_frame(conversation: Conversation, used: int) -> str:
    """How full the memory was at the last answer, which read and wrote so many tokens."""
    limit = limit_of(_directions(conversation))
    context = {
        "conversation": conversation,
        "percent": percent(used, limit),
        "tokens": used,
        "limit": limit,
    }
    return frame_of("part", render_to_string("context/_meter.html", context))


def is_cold(conversation: Conversation, memory: Shown) -> bool:
    """Whether somebody comes back to a long tail that the cache has forgotten."""
    rested = timezone.now() - conversation.active_at > CACHE_LIFE
    return rested and memory.uncovered > memory.on_return
