"""What the palette offers for what is typed: threads by title, then messages by their words."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from chatapp.accounts.models import User
from chatapp.chat.search import IN_PALETTE, FoundThread, by_title, found, recent
from chatapp.conversations.search import Search


@dataclass(frozen=True)
class Offer:
    titled: Sequence[FoundThread]
    threads: Sequence[FoundThread] = ()  # by their messages
    search_address: str = ""  # of the page with all hits; empty where nothing was typed


def offer(person: User, words: str) -> Offer:
    """Recent threads until something is typed; of a single letter titles alone."""
    if not words.strip():
        return Offer(recent(person))
    results = found(person, Search(words, as_typed=True), limit=IN_PALETTE)
    address = f"{reverse('chat:list_hits')}?{urlencode({'words': words[:500]})}"
    return Offer(by_title(person, words, IN_PALETTE), results.threads, address)
