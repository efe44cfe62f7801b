"""How conversations come into the queue.

Lower floors leave flags, and messages that nobody looked at, in the transaction of what
happened. They are taken up here, soon after (the doorbell) or later (a look every few
seconds), by any process, each once.
"""

import asyncio
import logging
import uuid
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from chatapp.conversations.flags import TOPIC, flag_all
from chatapp.conversations.models import Conversation, Flag, Message, Unchecked
from chatapp.generation.models import Run
from chatapp.live.hub import hub
from chatapp.live.threads import patiently
from chatapp.review import rules
from chatapp.review.actions.items import changed, entered, reopen
from chatapp.review.classifier import classify_later
from chatapp.review.models import Item, Room, Rule

logger = logging.getLogger(__name__)

BATCH = 200
LOOK_SECONDS = 5.0  # how late something is taken up at most when its ring was lost
URGENT_KINDS = {Flag.Kind.ASKED, Flag.Kind.CLAUDE}


async def keep_taking_in() -> None:
    """Take up what is flagged, until cancelled."""
    knock, task = asyncio.Event(), asyncio.current_task()
    assert task
    hub().listen(TOPIC, lambda _: knock.set())
    # A cancellation that comes during a query is swallowed by asgiref; the count is not.
    while not task.cancelling():
        knock.clear()
        try:
            while await patiently(take_in) and not task.cancelling():
                pass
        except Exception:  # top of the task loop
            logger.exception("The queue could not be filled")
        with suppress(TimeoutError):
            async with asyncio.timeout(0 if task.cancelling() else LOOK_SECONDS):
                await knock.wait()


def take_in() -> int:
    """Look at messages, then take up flags; answer how many of both there were."""
    return _check() + _take_up()


@transaction.atomic
def _check() -> int:
    """Have the rules look at complete messages."""
    rows = Unchecked.objects.select_for_update(skip_locked=True, of=("self",))
    unchecked = list(rows.select_related("message").order_by("pk")[:BATCH])
    if not unchecked:
        return 0
    messages = [row.message for row in unchecked]
    asked = Message.objects.in_bulk([m.parent_id for m in messages if m.parent_id])
    questions = [m for m in asked.values() if m.role == Message.Role.USER]
    room = Room.now()
    active = list(Rule.objects.filter(is_active=True))
    flag_all(
        rules.found(
            {m.pk: m for m in [*messages, *questions]}.values(), active, room.sample_percent
        )
    )
    _note_new_messages(messages)
    if room.classifier == Room.Classifier.NOW:
        classify_later([m.pk for m in messages if m.role == Message.Role.ASSISTANT])
    Unchecked.objects.filter(pk__in=[row.pk for row in unchecked]).delete()
    return len(unchecked)


def _note_new_messages(messages: Sequence[Message]) -> None:
    """The user wrote: what waits for them is ours again, what was resolved is open."""
    recently = timezone.now() - timedelta(days=settings.REOPEN_DAYS)
    of_them = Item.objects.filter(conversation__in={m.conversation_id for m in messages})
    for item in of_them.select_for_update().order_by("pk"):
        is_fresh = item.resolved_at is None or item.resolved_at > recently
        if item.status in (Item.Status.WAITING, Item.Status.RESOLVED) and is_fresh:
            reopen(item)


@transaction.atomic
def _take_up() -> int:
    waiting = Flag.objects.select_for_update(skip_locked=True).filter(taken_at=None)
    flags = list(waiting.order_by("pk")[:BATCH])
    by_conversation: dict[uuid.UUID, list[Flag]] = defaultdict(list)
    for flag in flags:
        by_conversation[flag.conversation_id].append(flag)
    real = Conversation.objects.filter(pk__in=by_conversation, is_trial=False)
    for conversation_id in sorted(real.values_list("pk", flat=True)):
        _put_in(conversation_id, by_conversation[conversation_id])
    Flag.objects.filter(pk__in=[flag.pk for flag in flags]).update(taken_at=timezone.now())
    return len(flags)


def _put_in(conversation_id: uuid.UUID, flags: Sequence[Flag]) -> None:
    """Into the queue, or what is there already gets one reason more."""
    _, is_new = Item.objects.get_or_create(conversation_id=conversation_id)
    item = Item.objects.select_for_update().get(conversation=conversation_id)
    item.kinds = sorted({*item.kinds, *(flag.kind for flag in flags)})
    item.priority = max([item.priority, *map(_priority, flags)])
    item.version_id = _version_behind(conversation_id, flags) or item.version_id
    item.save(update_fields=["kinds", "priority", "version"])
    if is_new:
        entered(item, min(flag.at for flag in flags))
    elif item.status == Item.Status.RESOLVED:
        reopen(item)
    else:
        changed(item)


def _version_behind(conversation_id: uuid.UUID, flags: Sequence[Flag]) -> uuid.UUID | None:
    """Which version gave the newest flagged answer, or else the newest one."""
    flagged = [flag.message_id for flag in flags if flag.message_id]
    runs = Run.objects.filter(conversation=conversation_id, version__isnull=False)
    newest = runs.order_by("-created_at").values_list("version", flat=True)
    return newest.filter(message__in=flagged[-1:]).first() or newest.first()


def _priority(flag: Flag) -> int:
    if flag.kind in URGENT_KINDS:
        return Item.Priority.HIGH
    if flag.kind == Flag.Kind.RULE:
        rule = Rule.objects.filter(name=flag.detail).first()
        return rule.priority if rule else Item.Priority.NORMAL
    return Item.Priority.LOW if flag.kind == Flag.Kind.SAMPLE else Item.Priority.NORMAL
