"""The list of conversations: pages by keyset, grouped by day."""

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from chatapp.accounts.models import User
from chatapp.conversations.folders import folders_of
from chatapp.conversations.models import Conversation, ConversationQuerySet, Tagging
from chatapp.conversations.tags import tags_of
from chatapp.errors import Unusable

PAGE = 40
TAG_KEY = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True)
class Wanted:
    """What the list shall show. Words and tags look everywhere; without, folders stand apart."""

    words: str = ""
    before: str = ""  # a cursor
    archived: bool = False
    folder: str = ""  # a key, such as those of addresses
    tag: str = ""


@dataclass(frozen=True)
class Listing:
    groups: list[tuple[str, list[Conversation]]]
    next_cursor: str
    wanted: Wanted

    @property
    def next_query(self) -> str:
        """The query of the page that follows."""
        wanted = self.wanted
        given = {"q": wanted.words, "folder": wanted.folder, "tag": wanted.tag}
        given |= {"archived": "1" if wanted.archived else "", "before": self.next_cursor}
        return urlencode({name: value for name, value in given.items() if value})


def listing(
    user: User,
    *,
    words: str = "",
    before: str = "",
    archived: bool = False,
    folder: str = "",
    tag: str = "",
) -> Listing:
    """One page of the person's conversations. Raises Unusable for a broken cursor or key."""
    words = words.replace("\x00", "").strip()
    wanted = Wanted(words, before, archived, folder, tag)
    rows = Conversation.objects.visible_to(user).listed(archived=wanted.archived)
    rows = _narrowed(rows.titled(wanted.words), wanted)
    if wanted.before:
        rows = rows.before(*_place(wanted.before))
    page = list(rows[: PAGE + 1])
    more = len(page) > PAGE and page[PAGE - 1].pinned_at is None
    shown = page if len(page) > PAGE and not more else page[:PAGE]
    return Listing(
        groups=[(label, list(group)) for label, group in groupby(shown, _group)],
        next_cursor=_cursor(shown[-1]) if more else "",
        wanted=wanted,
    )


def sidebar(user: User) -> dict[str, Any]:
    """What the list at the side shows on every page of the room."""
    return {"listing": listing(user), "folders": folders_of(user), "own_tags": tags_of(user)}


def _narrowed(rows: ConversationQuerySet, wanted: Wanted) -> ConversationQuerySet:
    if wanted.folder:
        return rows.filter(folder=key_of(wanted.folder))
    if wanted.tag:
        tag = int(wanted.tag) if TAG_KEY.fullmatch(wanted.tag) else 0
        return rows.filter(pk__in=Tagging.objects.filter(tag=tag).values("conversation"))
    if wanted.words or wanted.archived:
        return rows
    return rows.filter(folder=None)


def key_of(given: str) -> uuid.UUID:
    """Raises Unusable for what is no key."""
    try:
        return uuid.UUID(given)
    except ValueError:
        raise Unusable(gettext("This is not known here. Reload the page.")) from None


def _group(conversation: Conversation) -> str:
    return gettext("Pinned") if conversation.pinned_at else day_label(conversation.active_at)


def day_label(moment: datetime) -> str:
    """Today, Yesterday, Previous 7 days, or the month."""
    today = timezone.localdate()
    day: date = timezone.localtime(moment).date()
    if day >= today:
        return gettext("Today")
    if day == today - timedelta(days=1):
        return gettext("Yesterday")
    if day > today - timedelta(days=8):
        return gettext("Previous 7 days")
    return date_format(day, "YEAR_MONTH_FORMAT")


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
        raise Unusable(gettext("This place in the list is not known. Reload the page.")) from None
