"""What open pages of the support room follow: the queue, a thread, and what is beside it."""

import asyncio
import uuid
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from weakref import WeakValueDictionary

from django.db import transaction
from django.utils.translation import gettext_noop

from chatapp.accounts.models import User
from chatapp.accounts.roles import can_review
from chatapp.conversations.access import record_reading
from chatapp.conversations.branches import only_shown
from chatapp.conversations.models import Conversation, Message
from chatapp.errors import NotThere
from chatapp.generation.cursor import LiveAnswer, LiveBlock
from chatapp.generation.entries import entries, path_entries
from chatapp.generation.live import Changes, ConversationFollower
from chatapp.generation.log import CITE, GROWING, TOOL, Piece, packed, unpacked
from chatapp.generation.models import Run
from chatapp.generation.parts import covered
from chatapp.live.frames import frame_of
from chatapp.live.threads import in_database
from chatapp.live.topics import Follower, register
from chatapp.review.actions.items import QUEUE, thread_topic
from chatapp.review.masking import Growing, Mask
from chatapp.review.thread import (
    article,
    here_html,
    mask_now,
    part,
    side_html,
    side_of,
    staff_parts,
    with_staff,
)

CoveredAnswers = WeakValueDictionary[uuid.UUID, "CoveredAnswer"]


@lru_cache(maxsize=8)
def _answers_of(loop: asyncio.AbstractEventLoop) -> CoveredAnswers:
    return WeakValueDictionary()


class CoveredAnswer(LiveAnswer):
    """A live answer in which nothing is shown that could still become what is masked."""

    def __init__(self, run: uuid.UUID, mask: Mask) -> None:
        super().__init__(run)
        self.mask = mask
        self.growing = Growing(mask)

    def _give(self, block: LiveBlock, piece: Piece) -> None:
        if piece.kind in GROWING:
            block.take(piece._replace(text=self.growing.feed(piece.text)))
        elif piece.kind == TOOL:
            call, result = unpacked(piece.text)
            shown = result and covered(result, self.mask)
            block.take(piece._replace(text=packed(covered(call, self.mask), shown)))
        elif piece.kind != CITE:
            block.take(piece)
        # The words before a source are still held back, so its number comes at the end.

    def _close(self, block: LiveBlock) -> None:
        rest, self.growing = self.growing.close(), Growing(self.mask)
        if block.kind in GROWING:
            block.take(Piece(self.run, 0, block.index, block.kind, rest))
        super()._close(block)


class StaffFollower(ConversationFollower):
    """The same as its owner follows, masked, and each look on record."""

    def __init__(self, user: User, conversation_id: uuid.UUID, since: int) -> None:
        super().__init__(conversation_id, since)
        self.user = user
        self.mask: Mask | None = None
        self.is_recorded = False

    async def changes(self) -> Changes:
        if self.mask is None:
            self.mask = await in_database(mask_now)
        changes = await in_database(self._read, self.mask)
        self.is_recorded = True
        return changes

    def answer(self, run: uuid.UUID) -> LiveAnswer:
        assert self.mask
        answers = _answers_of(asyncio.get_running_loop())
        found = answers.get(run)
        if found is None:
            found = answers[run] = CoveredAnswer(run, self.mask)
        return found

    @transaction.atomic
    def _read(self, mask: Mask) -> Changes:
        """What is newer than what the page has; the first look is recorded with it."""
        rows = Conversation.objects.open_to_staff(self.user)
        conversation = rows.filter(pk=self.conversation_id).first()
        if conversation is None:
            raise NotThere
        if not self.is_recorded:
            record_reading(self.user, [conversation], gettext_noop("the thread, live"))
        path_changed = conversation.path_revision > self.since
        if path_changed:
            plain = path_entries(conversation, mask)
        else:
            newer = Message.objects.newer_than([(conversation.pk, self.since)])
            newer = only_shown({conversation.pk: conversation}, newer)
            plain = entries(conversation, newer, cover=mask)
        html = "".join(map(article, with_staff(self.user, conversation, plain, mask)))
        if path_changed:
            html = frame_of("log", html)
        html += frame_of("revision", value=str(conversation.revision))
        running = Run.objects.live().filter(conversation=conversation)
        live = list(running.values_list("pk", "message"))
        return Changes(html, conversation.revision, live, path_changed)


class ReviewTopic:
    """`review:<conversation>`: the messages. Its followers hear what the owner's hear."""

    def is_allowed(self, user: User, key: str) -> bool:
        return _may_read(user, key)

    def follow(self, user: User, key: str, since: int) -> Follower:
        return StaffFollower(user, uuid.UUID(key), since)

    async def refresh(self, followers: Sequence[Follower]) -> None:
        """Nothing: they stand under the topic of the conversation, which looks after them."""


class BesideFollower:
    """What stands beside the thread: the item, notes, who is here."""

    def __init__(self, user: User, conversation_id: uuid.UUID) -> None:
        self.topic = thread_topic(conversation_id)
        self.user = user
        self.conversation_id = conversation_id
        self.pause = 0.0
        self.is_stale = False
        self.messages: dict[uuid.UUID, None] = {}  # whose notes or marks changed

    def hear(self, news: dict[str, Any]) -> None:
        self.is_stale = True
        if "message" in news:
            self.messages[uuid.UUID(news["message"])] = None

    def is_quick(self) -> bool:
        return not self.is_stale

    async def frame(self) -> str:
        if not self.is_stale:
            return ""
        self.is_stale = False
        messages, self.messages = list(self.messages), {}
        return await in_database(self._read, messages)

    def _read(self, messages: list[uuid.UUID]) -> str:
        conversation = Conversation.objects.open_to_staff(self.user).get(pk=self.conversation_id)
        mask = mask_now()
        html = part(side_html(side_of(self.user, conversation, mask), self.user))
        html += part(here_html(self.conversation_id, self.user))
        return html + "".join(staff_parts(self.user, conversation, messages, mask))


class ThreadTopic:
    def is_allowed(self, user: User, key: str) -> bool:
        return _may_read(user, key)

    def follow(self, user: User, key: str, since: int) -> Follower:
        return BesideFollower(user, uuid.UUID(key))

    async def refresh(self, followers: Sequence[Follower]) -> None:
        """Nothing: the page says every 20 seconds that it is open, and is answered."""


class QueueFollower:
    """Tells the page to fetch its list again; what is in it is for the page to ask."""

    def __init__(self) -> None:
        self.topic = QUEUE
        self.pause = 0.0
        self.is_stale = False

    def hear(self, news: dict[str, Any]) -> None:
        self.is_stale = True

    def is_quick(self) -> bool:
        return True

    async def frame(self) -> str:
        if not self.is_stale:
            return ""
        self.is_stale = False
        return frame_of("refresh", name="queue")


class QueueTopic:
    """`queue:` with nothing behind the colon."""

    def is_allowed(self, user: User, key: str) -> bool:
        return key == "" and can_review(user)

    def follow(self, user: User, key: str, since: int) -> Follower:
        return QueueFollower()

    async def refresh(self, followers: Sequence[Follower]) -> None:
        """Nothing: the page asks again by itself now and then."""


def _may_read(user: User, key: str) -> bool:
    try:
        pk = uuid.UUID(key)
    except ValueError:
        return False
    return str(pk) == key and Conversation.objects.open_to_staff(user).filter(pk=pk).exists()


register("review", ReviewTopic())
register("thread", ThreadTopic())
register("queue", QueueTopic())
