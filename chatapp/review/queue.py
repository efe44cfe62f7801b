"""The queue as it is looked at: views, filters, counts, pages by keyset."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chatapp.accounts.models import User
from chatapp.conversations.models import Flag
from chatapp.errors import Unusable
from chatapp.prompts.models import Version
from chatapp.review.models import Item, SavedView, Tag
from chatapp.review.models.items import ItemQuerySet

PAGE = 50
COUNTED = 1_000  # of a saved view at most
CHOICES = 100  # of versions
SHOWN = (
    *(field.attname for field in Item._meta.concrete_fields),
    *("conversation__owner__name", "conversation__owner__email"),
    *("assignee__name", "assignee__email", "version__number", "version__prompt__name"),
)
VIEWS: Mapping[str, str | Promise] = {
    "mine": _("Mine"),
    "unassigned": _("Unassigned"),
    "waiting": _("Waiting for us"),
    "all": _("All"),
    "snoozed": _("Snoozed"),
    "resolved": _("Resolved"),
}


@dataclass(frozen=True)
class Filter:
    """What is asked for, as texts of the address; what is empty does not filter."""

    view: str = "waiting"
    reason: str = ""
    version: str = ""
    tag: str = ""
    priority: str = ""
    person: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> "Filter":
        given = {field.name: query.get(field.name, "").replace("\x00", "") for field in fields(cls)}
        return cls(**{**given, "view": given["view"] if given["view"] in VIEWS else cls.view})

    @property
    def query(self) -> str:
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return urlencode({name: value for name, value in named.items() if value})

    def items(self, reader: User) -> ItemQuerySet:
        """All that fit. Raises Unusable for what is no version."""
        rows = Item.objects.readable_by(reader).filter(_in_view(self.view, reader))
        if self.reason in Flag.Kind.values:
            rows = rows.filter(kinds__contains=[self.reason])
        if self.version:
            rows = rows.filter(version=_uuid(self.version))
        if self.tag:
            # By its key, of which the planner knows how frequent it is; of a name it does not.
            rows = rows.filter(tags__in=list(Tag.objects.filter(name=self.tag)))
        if self.priority.isdecimal():
            rows = rows.filter(priority=int(self.priority[:2]))
        if self.person:
            owner = "conversation__owner__"
            rows = rows.filter(
                Q(**{f"{owner}email__icontains": self.person})
                | Q(**{f"{owner}name__icontains": self.person})
            )
        return rows


def _in_view(view: str, reader: User) -> Q:
    unresolved = ~Q(status=Item.Status.RESOLVED)
    return {
        "mine": unresolved & Q(assignee=reader),
        "unassigned": unresolved & Q(assignee=None),
        "waiting": Q(status=Item.Status.OPEN),
        "all": unresolved,
        "snoozed": Q(status=Item.Status.SNOOZED),
        "resolved": Q(status=Item.Status.RESOLVED),
    }[view]


@dataclass(frozen=True)
class Page:
    filter: Filter
    items: Sequence[Item]
    next: str  # the query of the next page


def page(reader: User, chosen: Filter, after: str = "") -> Page:
    """The longest waiting first. Raises Unusable for a broken place."""
    rows = chosen.items(reader).by_waiting()
    if after:
        rows = rows.after(*_place(after))
    related = rows.select_related("conversation__owner", "assignee", "version__prompt")
    # Not the bodies of versions, which are the greater part of such a row.
    found = list(related.only(*SHOWN).prefetch_related("tags")[: PAGE + 1])
    shown = found[:PAGE]
    more = len(found) > PAGE
    last = shown[-1] if more else None
    place = f"{last.waiting_since.isoformat()}_{last.pk}" if last else ""
    return Page(chosen, shown, f"{chosen.query}&{urlencode({'after': place})}" if more else "")


def next_after(reader: User, chosen: Filter, item: Item | None) -> Item | None:
    """What stands after that item, or else at the beginning."""
    rows = chosen.items(reader).by_waiting()
    if item:
        rows = rows.exclude(pk=item.pk)
        later = rows.after(item.waiting_since, item.pk).first()
        return later or rows.first()
    return rows.first()


@dataclass(frozen=True)
class Tab:
    name: str
    label: str
    count: int | None  # none: too many to matter


def tabs(reader: User) -> list[Tab]:
    """The views, and how many stand in each of what is not resolved; one query."""
    # Per state and person, as the index `item_counts` has them, and added up here.
    unresolved = Item.objects.readable_by(reader).unresolved().order_by()
    groups = unresolved.values_list("status", "assignee").annotate(count=Count("*"))
    counts = Counter[str]()
    for status, assignee, count in groups:
        counts["all"] += count
        counts["waiting"] += count if status == Item.Status.OPEN else 0
        counts["snoozed"] += count if status == Item.Status.SNOOZED else 0
        counts["mine"] += count if assignee == reader.pk else 0
        counts["unassigned"] += count if assignee is None else 0
    return [
        Tab(name, str(VIEWS[name]), counts[name] if name != "resolved" else None) for name in VIEWS
    ]


@dataclass(frozen=True)
class Shelf:
    """A saved view with its count, at most `COUNTED`."""

    view: SavedView
    count: int
    is_shared: bool


def shelves(reader: User) -> list[Shelf]:
    rows = SavedView.objects.filter(Q(person=reader) | Q(person=None))
    return [Shelf(view, _count(view, reader), view.person_id is None) for view in rows]


def _count(view: SavedView, reader: User) -> int:
    try:
        return Filter.of(QueryDict(view.query)).items(reader)[:COUNTED].count()
    except Unusable:
        return 0


def versions() -> list[Version]:
    """Versions that something unresolved is about, as far as a person can choose among them."""
    # Asked for each version, of which there are fewer than items.
    used = Exists(Item.objects.unresolved().filter(version=OuterRef("pk")))
    return list(Version.objects.filter(used).select_related("prompt")[:CHOICES])


def kinds() -> Mapping[str, str | Promise]:
    return dict(Flag.Kind.choices)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Unusable(gettext("This is no version of a prompt.")) from None


def _place(cursor: str) -> tuple[datetime, uuid.UUID]:
    moment, _, pk = cursor.partition("_")
    try:
        time = datetime.fromisoformat(moment)
        if time.tzinfo is None:
            raise ValueError
        # In UTC, because Postgres knows fewer zones than Python does.
        return time.astimezone(UTC), uuid.UUID(pk)
    except (ValueError, OverflowError):
        raise Unusable(gettext("This place in the queue is not known. Reload the page.")) from None
