"""The list of conversations: pages by keyset, grouped by day."""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation
from chatapp.errors import Unusable

PAGE = 40


@dataclass(frozen=True)
class Listing:
    groups: list[tuple[str, list[Conversation]]]
    next_cursor: str
    words: str
    archived: bool
    is_continued: bool


def listing(user: User, *, words: str = "", before: str = "", archived: bool = False) -> Listing:
    """One page of the person's conversations. Raises Unusable for a broken cursor."""
    words = words.replace("\x00", "").strip()
    rows = Conversation.objects.visible_to(user).listed(archived=archived).titled(words)
    if before:
        rows = rows.before(*_place(before))
    page = list(rows[: PAGE + 1])
    more = len(page) > PAGE and page[PAGE - 1].pinned_at is None
    shown = page if len(page) > PAGE and not more else page[:PAGE]
    return Listing(
        groups=[(label, list(group)) for label, group in groupby(shown, _group)],
        next_cursor=_cursor(shown[-1]) if more else "",
        words=words,
        archived=archived,
        is_continued=bool(before),
    )


def _group(conversation: Conversation) -> str:
    return "Pinned" if conversation.pinned_at else day_label(conversation.active_at)


def day_label(moment: datetime) -> str:
    """Today, Yesterday, Previous 7 days, or the month."""
    today = timezone.localdate()
    day: date = timezone.localtime(moment).date()
    if day >= today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    if day > today - timedelta(days=8):
        return "Previous 7 days"
    return date_format(day, "F Y")


def item(conversation: Conversation) -> str:
    """The conversation's fragment in the list, the same in reply and frame."""
    context = {"conversation": conversation, "group": day_label(conversation.active_at)}
    return render_to_string("chat/_conversation.html", context)


def _cursor(conversation: Conversation) -> str:
    return f"{conversation.active_at.isoformat()}_{conversation.pk}"


def _place(cursor: str) -> tuple[datetime, uuid.UUID]:
    moment, _, pk = cursor.partition("_")
    try:
        time = datetime.fromisoformat(moment)
        if time.tzinfo is None:
            raise ValueError
        # In UTC, because Postgres knows fewer zones than Python does.
        return time.astimezone(UTC), uuid.UUID(pk)
    except (ValueError, OverflowError):
        raise Unusable("This place in the list is not known. Reload the page.") from None
