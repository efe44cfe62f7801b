"""A conversation as a page follows it: finished messages, and answers that grow."""

import asyncio
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from weakref import WeakValueDictionary

from chatapp.accounts.models import User
from chatapp.conversations.actions import topic
from chatapp.conversations.branches import only_shown
from chatapp.conversations.models import Conversation, Message
from chatapp.generation import log
from chatapp.generation.cursor import Cursor, LiveAnswer
from chatapp.generation.entries import Entry, article, entries, known_of
from chatapp.generation.help import help_frame, help_in
from chatapp.generation.models import Run
from chatapp.generation.queue import Watch
from chatapp.generation.shown import log_frames, memory_after
from chatapp.generation.waiting import waiting_frame, waiting_in
from chatapp.live.frames import frame_of
from chatapp.live.threads import Gathered, in_database
from chatapp.live.topics import Follower, register

LiveAnswers = WeakValueDictionary[uuid.UUID, LiveAnswer]


@lru_cache(maxsize=8)
def _answers_of(loop: asyncio.AbstractEventLoop) -> LiveAnswers:
    return WeakValueDictionary()


def shared(run_id: uuid.UUID) -> LiveAnswer:
    """The live answer of this process: rendered once for all who watch it."""
    answers = _answers_of(asyncio.get_running_loop())
    answer = answers.get(run_id)
    if answer is None:
        answer = answers[run_id] = LiveAnswer(run_id)
    return answer


class ConversationFollower:
    """What one socket has been shown of one conversation."""

    def __init__(self, conversation_id: uuid.UUID, since: int) -> None:
        self.topic = topic(conversation_id)
        self.conversation_id = conversation_id
        self.since = since
        self.is_new = True  # nothing read yet, whatever was heard meanwhile
        self.known = 0  # the newest revision we heard of since we last read
        self.pause = 0.0
        self.cursors: dict[uuid.UUID, Cursor] = {}

    def hear(self, news: dict[str, Any]) -> None:
        if "run" in news:
            cursor = self.cursors.get(uuid.UUID(news["run"]))
            if cursor:
                cursor.answer.hear(news)
        elif "revision" in news:
            self.known = max(self.known, news["revision"])
        elif "deleted" in news:
            self.known = self.since + 1
        else:  # the texts were too large to travel
            for cursor in self.cursors.values():
                cursor.answer.is_behind = True

    @property
    def is_stale(self) -> bool:
        return self.is_new or self.known > self.since

    def is_quick(self) -> bool:
        return not self.is_stale and not any(c.answer.is_behind for c in self.cursors.values())

    async def frame(self) -> str:
        html = []
        if self.is_stale:
            # What is heard while we read may be newer than what we read.
            self.is_new, self.known = False, 0
            changes = await self.changes()
            self._note(changes)
            html.append(changes.html)
        for cursor in self.cursors.values():
            if cursor.answer.is_behind:
                await cursor.answer.catch_up()
            html.append(cursor.frame())
            self.pause = max(self.pause, cursor.pause)
        return "".join(html)

    async def changes(self) -> "Changes":
        """What is newer than what the page has."""
        return await _changes()((self.conversation_id, self.since))

    def answer(self, run: uuid.UUID) -> LiveAnswer:
        return shared(run)

    def _note(self, changes: "Changes") -> None:
        """Go on where a page is that has been shown these changes."""
        kept = {} if changes.is_whole_log else self.cursors
        self.cursors = {
            run: kept.get(run) or Cursor(self.answer(run), message) for run, message in changes.live
        }
        self.since = changes.revision


@dataclass(frozen=True)
class Changes:
    html: str
    revision: int
    live: list[tuple[uuid.UUID, uuid.UUID]]  # run and message
    is_whole_log: bool


Asked = tuple[uuid.UUID, int]  # a conversation, and the revision that a page has


@lru_cache(maxsize=8)
def _changes_of(loop: asyncio.AbstractEventLoop) -> Gathered[Asked, Changes]:
    return Gathered(_read_changes)


def _changes() -> Gathered[Asked, Changes]:
    return _changes_of(asyncio.get_running_loop())


def _read_changes(asked: Sequence[Asked]) -> dict[Asked, Changes]:
    """For each, the articles that are newer than what was shown, in order."""
    conversations = Conversation.objects.in_bulk({pk for pk, _ in asked})
    newer = only_shown(conversations, Message.objects.newer_than(asked))
    live = Run.objects.live().filter(conversation__in=conversations)
    known = known_of(newer)
    running = list(live.values_list("conversation", "pk", "message"))
    beside = help_in(conversations), waiting_in(conversations)
    found = {}
    for pk, since in asked:
        if conversation := conversations.get(pk):
            shown = [m for m in newer if m.conversation_id == pk and m.revision > since]
            of_it = [(run, message) for at, run, message in running if at == pk]
            shown_now = entries(conversation, shown, known)
            changes = _told(conversation, since, shown_now, of_it)
            parts = help_frame(beside[0][pk]) + waiting_frame(beside[1][pk])
            found[pk, since] = replace(changes, html=changes.html + parts)
        else:
            found[pk, since] = Changes(frame_of("log"), since, [], True)
    return found


def _told(
    conversation: Conversation,
    since: int,
    newer: list[Entry],
    live: list[tuple[uuid.UUID, uuid.UUID]],
) -> Changes:
    path_changed = conversation.path_revision > since
    if path_changed:
        html = log_frames(conversation)
    else:
        html = "".join(map(article, newer)) + memory_after(conversation, since, newer)
    html += frame_of("revision", value=str(conversation.revision))
    return Changes(html, conversation.revision, live, path_changed)


class ConversationTopic:
    def __init__(self) -> None:
        self.watch = Watch()

    def is_allowed(self, user: User, key: str) -> bool:
        return _is_uuid(key) and Conversation.objects.visible_to(user).filter(pk=key).exists()

    def follow(self, user: User, key: str, since: int) -> Follower:
        return ConversationFollower(uuid.UUID(key), since)

    async def refresh(self, followers: Sequence[Follower]) -> None:
        mine = [f for f in followers if isinstance(f, ConversationFollower)]
        # Every process that shows answers also notices when their runner died.
        await in_database(self.watch.look)
        revisions = await in_database(_revisions, [f.conversation_id for f in mine])
        waiting = [cursor.answer for cursor in _cursors(mine) if not cursor.answer.was_heard()]
        ends = await in_database(log.ends, [answer.run for answer in waiting]) if waiting else {}
        for answer in waiting:
            answer.is_behind |= ends.get(answer.run, 0) > answer.offset
        for follower in mine:
            follower.known = max(follower.known, revisions.get(follower.conversation_id, 0))


def _cursors(followers: Sequence[ConversationFollower]) -> Iterator[Cursor]:
    for follower in followers:
        yield from follower.cursors.values()


def _revisions(ids: list[uuid.UUID]) -> dict[uuid.UUID, int]:
    return dict(Conversation.objects.filter(pk__in=ids).values_list("pk", "revision"))


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


register("conversation", ConversationTopic())
