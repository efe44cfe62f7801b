"""A person's search over their own threads: by title, and by the words of messages.

The engine is `conversations.search`; here is what a member may look in, and how hits are shown.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation, ConversationQuerySet, Message
from chatapp.conversations.search import Search, hits
from chatapp.conversations.snippets import Part, snippet
from chatapp.conversations.terms import MOST_TERMS, parsed

TITLES: Final = 5  # threads that are found by their title
MESSAGES: Final = 20  # hits of a page
IN_PALETTE: Final = 6  # of each kind
RECENT: Final = 8  # threads that the palette offers before anything is typed


@dataclass(frozen=True)
class FoundMessage:
    message: Message
    parts: Sequence[Part]
    address: str


@dataclass
class FoundThread:
    """A thread, by its title or by messages in it, the best of them first."""

    conversation: Conversation
    title: Sequence[Part]
    messages: list[FoundMessage] = field(default_factory=list)


@dataclass(frozen=True)
class Results:
    """One page. `place` is where the next one begins, empty at the end."""

    titled: Sequence[FoundThread] = ()
    threads: Sequence[FoundThread] = ()
    place: str = ""

    @property
    def messages(self) -> int:
        return sum(len(thread.messages) for thread in self.threads)


def searchable(person: User) -> ConversationQuerySet:
    """The threads that a person may look in: their own, the archived ones as well."""
    return Conversation.objects.visible_to(person).kept()


def found(person: User, search: Search, place: str = "", limit: int = MESSAGES) -> Results:
    """One page of what the person's threads have of it; titles on the first one alone.

    Of a single letter, which most messages have as a word, titles alone. Raises Unusable.
    """
    titled = [] if place or _has_filters(search) else by_title(person, search.words)
    if _is_a_letter(search.words):
        return Results(titled)
    page = hits(search, searchable(person), place, limit)
    rows = Message.objects.select_related("conversation").defer("content")
    messages = rows.in_bulk([hit.message_id for hit in page.hits])
    threads: dict[uuid.UUID, FoundThread] = {}
    for hit in page.hits:
        # Whatever was deleted since is no hit any more.
        if message := messages.get(hit.message_id):
            thread = threads.setdefault(hit.conversation_id, _thread(message.conversation, search))
            thread.messages.append(_message(message, search))
    return Results(titled, list(threads.values()), page.next_place)


def by_title(person: User, words: str, limit: int = TITLES) -> list[FoundThread]:
    """Threads whose title has each of the pieces that are typed; the newest first."""
    typed = words.replace("\x00", "").replace('"', " ").split()[:MOST_TERMS]
    wanted = [piece for piece in typed if piece[0] != "-" and piece.lower() != "or"]
    if not wanted:
        return []
    rows = searchable(person)
    for piece in wanted:
        rows = rows.titled(piece)
    asked = Search(words, as_typed=True)
    return [_thread(row, asked) for row in rows.order_by("-active_at", "-id")[:limit]]


def recent(person: User) -> list[FoundThread]:
    rows = searchable(person).filter(archived_at=None).order_by("-active_at", "-id")
    return [_thread(row, Search()) for row in rows[:RECENT]]


def _has_filters(search: Search) -> bool:
    return bool(search.after or search.before or search.model or search.has_attachment)


def _is_a_letter(words: str) -> bool:
    """Not of Chinese or Japanese, where a character is a word."""
    return len(words.strip()) == 1 and words.strip().isascii()


def _thread(conversation: Conversation, search: Search) -> FoundThread:
    return FoundThread(conversation, snippet(str(conversation), search.words, as_typed=True))


def _message(message: Message, search: Search) -> FoundMessage:
    parts = snippet(message.text, search.words, as_typed=search.as_typed)
    thread = reverse("chat:show_conversation", args=[message.conversation_id])
    query = {"message": message.pk} | ({"words": search.words} if search.words else {})
    return FoundMessage(message, parts, f"{thread}?{urlencode(query)}#message-{message.pk}")


def words_in(typed: str) -> str:
    """The words to mark in a message that was opened from a hit, one a line."""
    terms = [term for terms in parsed(typed, as_typed=True) for term in terms if term.is_wanted]
    return "\n".join(dict.fromkeys(term.text for term in terms))
