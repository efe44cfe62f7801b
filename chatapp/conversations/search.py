"""Full-text search over messages: what a reader may see of it, ranked, page by page.

Messages are searched back through time. The newest `BLOCK` that match are put in order by
relevance and handed out in pages; then come the next older. So a search costs the same whether
a word stands in ten messages or in a third of a million. Hits hold no content: who shows some
reads the messages by their keys, masks them, and cuts them by `snippets.snippet`.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db.models import Q

from chatapp.accounts.models import User
from chatapp.conversations.matching import (
    Conditions,
    Matched,
    Words,
    back,
    near,
    one_of,
    relevance,
    words_for,
)
from chatapp.conversations.models import ConversationQuerySet, MessageQuerySet
from chatapp.conversations.places import LAST, Mark, Place, start_of
from chatapp.conversations.terms import parsed

BLOCK: Final = 500  # messages that are ranked against each other
ENOUGH: Final = 80  # of them, where more would have to be looked for further back
SAMPLE: Final = 8_000  # of the newest messages, which tell how frequent matches are
MOST_LOOKED_AT: Final = 3_000  # rows in one search that the index brings and a phrase may refuse
MOST_STEPS: Final = 6
LONGEST: Final = 16  # times the step before
HALF_LIFE: Final = timedelta(days=90)
SPARED: Final = 0.75  # of its relevance an old message keeps at least this share


@dataclass(frozen=True)
class Search:
    """What is looked for. Everything that is given must hold; what is empty says nothing."""

    words: str = ""
    as_typed: bool = False  # the last word may be unfinished
    person: str = ""  # a part of the owner's name or e-mail address
    prompt: uuid.UUID | None = None
    model: str = ""
    status: str = ""
    has_attachment: bool = False
    after: datetime | None = None  # this moment included
    before: datetime | None = None  # this moment not
    # Whatever only the caller can tell of a message: what it cost, what is noted on it.
    among: MessageQuerySet | None = None


class Hit(NamedTuple):
    message_id: uuid.UUID
    conversation_id: uuid.UUID
    created_at: datetime
    rank: int  # comparable within one block only

    @property
    def key(self) -> tuple[int, Mark]:
        return self.rank, Mark(self.created_at, self.message_id)


@dataclass(frozen=True)
class Page:
    hits: Sequence[Hit]
    next_place: str = ""  # to hand in for the next page; empty at the end
    found: int = 0  # in this block: "at least so many" while there is a next page
    back_to: datetime | None = None  # how far this block looked; None: to the very first

    @property
    def has_more(self) -> bool:
        return bool(self.next_place)


class Block(NamedTuple):
    """The matches between two marks, and where to look for older ones."""

    found: list[Matched]
    then: Mark | None


def hits(
    search: Search, within: ConversationQuerySet, after_place: str = "", limit: int = 20
) -> Page:
    """One page of what `search` finds `within` those conversations; of no others anything.

    Messages that come meanwhile neither move nor repeat the hits of a next page. A page may be
    short, or empty with more behind it, where a phrase is rare and its words are not. Raises
    Unusable for a place that no page gave.
    """
    place = Place.read(after_place) if after_place else None
    try:
        asked = _conditions(search, within)
    except EmptyResultSet:
        return Page([])
    if place and place.oldest:
        block = Block(near(asked, place.oldest, place.before, 2 * BLOCK)[0], place.then)
    else:
        block = _block(asked, search, place.before if place else None)
    if not block.found:
        return _empty(block)
    before = place.before if place else Mark(block.found[0].created_at, LAST)
    return _page(_ranked(asked.words, block, before), block, place, before, limit)


def _conditions(search: Search, within: ConversationQuerySet) -> Conditions:
    """Raises EmptyResultSet when nothing can be found."""
    alternatives = parsed(search.words, as_typed=search.as_typed)
    if search.words.strip() and not alternatives:
        raise EmptyResultSet
    scope = within.kept()
    if person := _clean(search.person):
        # Their keys, since nobody can tell beforehand how many a part of a name will be.
        people = User.objects.filter(Q(email__icontains=person) | Q(name__icontains=person))
        scope = scope.filter(owner__in=list(people.values_list("pk", flat=True)))
    if search.prompt:
        scope = scope.filter(prompt=search.prompt)
    conditions = [one_of("conversation_id", scope)]
    if search.among is not None:
        conditions.append(one_of("message_id", search.among))
    if traits := _traits(search):
        conditions.append(("traits @> %s::varchar[]", [traits]))
    words = words_for(alternatives) if alternatives else Words()
    return Conditions(
        words,
        [condition for condition, _ in conditions],
        [value for _, values in conditions for value in values],
    )


def _traits(search: Search) -> list[str]:
    given = {"status ": _clean(search.status), "model ": _clean(search.model)}
    traits = [kind + value for kind, value in given.items() if value]
    return [*traits, "attachment"] if search.has_attachment else traits


def _clean(text: str) -> str:
    """What Postgres takes: it keeps neither NUL nor half a pair."""
    return text[:200].replace("\x00", "").encode(errors="ignore").decode().strip()


def _block(asked: Conditions, search: Search, before: Mark | None) -> Block:
    """Look back in steps, each as far as the last one's yield says that it must go."""
    if search.before and (before is None or search.before < before.at):
        before = start_of(search.before)
    floor = start_of(search.after) if search.after else None
    step = first = back(before, SAMPLE)
    found: list[Matched] = []
    looked_at = 0
    for _ in range(MOST_STEPS):
        oldest = start_of(step.last) if step else None
        if oldest is None or (floor and oldest <= floor):
            oldest = floor
        by_time = step == first and oldest is not None
        matches, looked = near(asked, oldest, before, BLOCK - len(found), by_time=by_time)
        found += matches
        looked_at += looked
        if len(found) >= BLOCK:
            return Block(found, found[-1].mark)
        if oldest == floor or step is None:
            return Block(found, None)
        before = oldest
        if looked_at >= MOST_LOOKED_AT or len(found) >= ENOUGH:
            break
        lack = 1.2 * (ENOUGH - len(found)) / (len(matches) + 1)
        room = (MOST_LOOKED_AT - looked_at) / (looked + 1)
        step = step.further(min(lack, room, LONGEST))
    return Block(found, before)


def _ranked(words: Words, block: Block, before: Mark) -> list[Hit]:
    """The best first; of equal ones the newest. A younger message is worth a little more."""
    weights = relevance(words, [row.message_id for row in block.found]) if words.whole else {}
    ranked = []
    for row in block.found:
        youth = 0.5 ** max(0.0, (before.at - row.created_at) / HALF_LIFE)
        # In whole numbers, which survive the way into an address and back.
        rank = round(1e9 * weights.get(row.message_id, 0.0) * (SPARED + (1 - SPARED) * youth))
        ranked.append(Hit(*row, rank))
    return sorted(ranked, key=lambda hit: hit.key, reverse=True)


def _page(ranked: list[Hit], block: Block, place: Place | None, before: Mark, limit: int) -> Page:
    last = (place.rank, place.last) if place and place.last else None
    left = [hit for hit in ranked if last is None or hit.key < last]
    shown = left[:limit]
    next_place = ""
    if len(left) > limit:
        oldest = (place and place.oldest) or block.found[-1].mark
        next_place = str(Place(before, oldest, block.then, *shown[-1].key))
    elif block.then:
        next_place = str(Place(block.then))
    return Page(shown, next_place, len(ranked), block.then and block.then.at)


def _empty(block: Block) -> Page:
    return Page([], str(Place(block.then)) if block.then else "", 0, block.then and block.then.at)
