"""What happens to items: claimed, assigned, snoozed, resolved, reopened.

Each change locks the item's row, and open queues and threads are told on commit.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from chatapp.accounts.audit import record
from chatapp.accounts.models import User
from chatapp.accounts.roles import Right
from chatapp.conversations.handover import close_request
from chatapp.errors import Conflict, NotThere, Unusable
from chatapp.live.doorbell import ring_on_commit
from chatapp.review.models import Item, Room, Tag

QUEUE = "queue:"
MOST_TAGS = 20


def thread_topic(conversation_id: uuid.UUID) -> str:
    return f"thread:{conversation_id}"


def changed(item: Item) -> None:
    """Have open queues and the item's open threads show it anew."""
    ring_on_commit((QUEUE, {}), (thread_topic(item.conversation_id), {"item": True}))


def locked(item_id: uuid.UUID) -> Item:
    """Raises NotThere."""
    found = Item.objects.select_for_update().filter(pk=item_id).first()
    if found is None:
        raise NotThere
    return found


def staff() -> QuerySet[User]:
    """Who can be given work: active people with a right to read what is flagged."""
    rights = Permission.objects.filter(codename__in=[Right.READ_FLAGGED, Right.READ_ALL])
    of_groups = Q(groups__permissions__in=rights) | Q(user_permissions__in=rights)
    return User.objects.filter(of_groups, is_active=True).distinct().order_by("email")


def entered(item: Item, since: datetime) -> None:
    """A conversation came into the queue: its clocks start, and somebody gets it in turn."""
    room = Room.now()
    item.entered_at = item.waiting_since = since
    _start_clocks(item, room, since)
    if room.assigns_in_turn and (next_one := _next_in_turn()):
        item.assignee, item.assigned_at = next_one, timezone.now()
    item.save()
    changed(item)


def reopen(item: Item) -> None:
    """The user wrote, or there is a new reason. The row must be locked."""
    now = timezone.now()
    if item.status == Item.Status.RESOLVED:
        item.reopened += 1
        _start_clocks(item, Room.now(), now)
    else:
        _run_on(item)
    item.status, item.resolved_at, item.snoozed_until = Item.Status.OPEN, None, None
    item.waiting_since = now
    item.save()
    changed(item)


@transaction.atomic
def claim(item_id: uuid.UUID, by: User) -> Item:
    """Take an item that is nobody's. Of two who click at once one gets it.

    Raises NotThere, and Conflict where a colleague has it.
    """
    item = locked(item_id)
    if item.assignee_id not in (None, by.pk):
        raise Conflict(gettext("%(person)s has it already.") % {"person": item.assignee})
    return _assigned(item, by, by)


@transaction.atomic
def assign(item_id: uuid.UUID, by: User, to: User | None) -> Item:
    """Give an item to a colleague, or to nobody."""
    return _assigned(locked(item_id), by, to)


def _assigned(item: Item, by: User, to: User | None) -> Item:
    if item.assignee_id != (to.pk if to else None):
        item.assignee, item.assigned_at = to, timezone.now()
        item.save(update_fields=["assignee", "assigned_at"])
        record(by, "item.assigned", item, detail={"to": to.email if to else ""})
        changed(item)
    return item


@transaction.atomic
def set_status(item_id: uuid.UUID, by: User, status: str, until: datetime | None = None) -> Item:
    """Open, waiting, snoozed (`until`), or resolved. Raises NotThere, Unusable."""
    item = locked(item_id)
    if status not in Item.Status.values:
        raise Unusable(gettext("There is no such status."))
    if status == Item.Status.SNOOZED and (until is None or until <= timezone.now()):
        raise Unusable(gettext("Say until when; a time that is still to come."))
    if status == item.status and status != Item.Status.SNOOZED:
        return item
    if status == Item.Status.OPEN:
        reopen(item)
    else:
        _put(item, status, until)
        changed(item)
    record(by, f"item.{status}", item)
    return item


def _put(item: Item, status: str, until: datetime | None) -> None:
    now = timezone.now()
    item.status = status
    item.snoozed_until = until if status == Item.Status.SNOOZED else None
    item.resolved_at = now if status == Item.Status.RESOLVED else None
    # While nobody waits for us, no time runs out.
    item.paused_at = item.paused_at or now
    item.save()
    if status == Item.Status.RESOLVED:
        close_request(item.conversation_id)


@transaction.atomic
def set_priority(item_id: uuid.UUID, by: User, priority: int) -> Item:
    """Raises NotThere, Unusable."""
    item = locked(item_id)
    if priority not in Item.Priority.values:
        raise Unusable(gettext("There is no such priority."))
    if item.priority == priority:
        return item
    item.priority = priority
    item.save(update_fields=["priority"])
    record(
        by, "item.priority", item, detail={"priority": Item.Priority(priority).name.capitalize()}
    )
    changed(item)
    return item


@transaction.atomic
def set_wants_two(item_id: uuid.UUID, by: User, *, on: bool) -> Item:
    """Ask for two reviewers who do not see each other's mark."""
    item = locked(item_id)
    if item.wants_two == on:
        return item
    item.wants_two = on
    item.save(update_fields=["wants_two"])
    record(by, "item.wants_two", item, detail={"on": on})
    changed(item)
    return item


@transaction.atomic
def set_tags(item_id: uuid.UUID, by: User, names: Iterable[str]) -> Item:
    """Have exactly these tags; new ones are made. Raises NotThere, Unusable."""
    item = locked(item_id)
    wanted = {" ".join(name.replace("\x00", "").split())[:40] for name in names} - {""}
    if len(wanted) > MOST_TAGS:
        raise Unusable(gettext("An item has at most %(most)s tags.") % {"most": MOST_TAGS})
    item.tags.set([Tag.objects.get_or_create(name=name)[0] for name in sorted(wanted)])
    changed(item)
    return item


@transaction.atomic
def responded(conversation_id: uuid.UUID) -> None:
    """A person answered the user: it is for the user now."""
    item = Item.objects.select_for_update().filter(conversation=conversation_id).first()
    if item is None:
        return
    item.responded_at = item.responded_at or timezone.now()
    _put(item, Item.Status.WAITING, None)
    changed(item)


def wake() -> int:
    """Open what was snoozed until now; answer how many."""
    with transaction.atomic():
        due = Item.objects.filter(status=Item.Status.SNOOZED, snoozed_until__lte=timezone.now())
        items = list(due.select_for_update(skip_locked=True).order_by("pk")[:500])
        for item in items:
            reopen(item)
    return len(items)


def _start_clocks(item: Item, room: Room, since: datetime) -> None:
    item.respond_by = _after(since, room.respond_minutes)
    item.resolve_by = _after(since, room.resolve_minutes)
    item.responded_at = item.paused_at = item.warned_at = None


def _run_on(item: Item) -> None:
    """The clocks go on: what time stood still is added."""
    if item.paused_at is None:
        return
    still = timezone.now() - item.paused_at
    item.respond_by = item.respond_by + still if item.respond_by else None
    item.resolve_by = item.resolve_by + still if item.resolve_by else None
    item.paused_at = item.warned_at = None


def _after(since: datetime, minutes: int) -> datetime | None:
    return since + timedelta(minutes=minutes) if minutes else None


def _next_in_turn() -> User | None:
    """Who was given something longest ago."""
    # Two that come in at once are given one after the other.
    Room.objects.select_for_update().filter(pk=1).first()
    last = dict(
        Item.objects.filter(assignee__isnull=False)
        .values("assignee")
        .annotate(last=Max("assigned_at"))
        .values_list("assignee", "last")
    )
    never = datetime.min.replace(tzinfo=timezone.now().tzinfo)
    return min(staff(), key=lambda person: last.get(person.pk) or never, default=None)
