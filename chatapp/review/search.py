"""Search over conversations of others: masked, and on record where a hit shows words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_noop

from chatapp.accounts.models import User
from chatapp.conversations.access import record_reading, standing_reasons
from chatapp.conversations.models import Conversation, Message, MessageQuerySet
from chatapp.conversations.search import Page, Search, hits
from chatapp.conversations.snippets import Part, is_answered_by, snippet
from chatapp.conversations.terms import parsed
from chatapp.generation.models import Run
from chatapp.review.thread import mask_now


@dataclass(frozen=True)
class Found:
    """A message that was found. Without `parts` its words are not shown: nobody said why."""

    message: Message
    parts: Sequence[Part]


@transaction.atomic
def found(reader: User, search: Search, place: str = "") -> tuple[list[Found], Page]:
    """One page of what the person may read; each conversation whose words it shows on record.

    Raises Unusable for a broken place.
    """
    within = Conversation.objects.open_to_staff(reader)
    page = hits(replace(search, words=_wanted(search.words)), within, place)
    rows = Message.objects.select_related("conversation__owner").in_bulk(
        [hit.message_id for hit in page.hits]
    )
    mask = mask_now()
    conversations = {message.conversation_id: message.conversation for message in rows.values()}
    reasons = standing_reasons(reader, conversations.values())
    shown = []
    for hit in page.hits:
        message = rows.get(hit.message_id)
        if message is None:
            continue
        masked = mask(message.text)
        # Who sees a masked text must not learn by a hit what is behind the mask.
        if search.words and not is_answered_by(masked, search.words):
            continue
        is_open = message.conversation.owner_id == reader.pk or message.conversation_id in reasons
        shown.append(Found(message, snippet(masked, search.words) if is_open else []))
    looked_into = {found.message.conversation for found in shown if found.parts}
    record_reading(reader, looked_into, gettext_noop("a search result"))
    return shown, page


def _wanted(words: str) -> str:
    """Without what is not wanted: a message that lacks a hit must not tell of what is masked."""
    alternatives = [
        " ".join(f'"{term.text}"' for term in terms if term.is_wanted) for terms in parsed(words)
    ]
    if not alternatives:
        return words  # no word in it: finds nothing
    # Where one of them has nothing else, all messages may fit.
    return " or ".join(alternatives) if all(alternatives) else ""


def dearer_than(cost: Decimal) -> MessageQuerySet:
    """Answers that cost more than so many dollars."""
    return Message.objects.filter(pk__in=Run.objects.filter(call__cost__gt=cost).values("message"))
