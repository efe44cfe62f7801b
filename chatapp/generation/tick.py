"""The tick: one commit for all answers of a process, then one announcement."""

import asyncio
import logging
import uuid

from django.db import IntegrityError

from chatapp.conversations.actions import topic
from chatapp.generation import log, metrics
from chatapp.generation.answer import Answer, Answers
from chatapp.generation.finish import finish
from chatapp.generation.log import Piece
from chatapp.live.doorbell import BELL, News
from chatapp.live.threads import patiently

logger = logging.getLogger(__name__)

MOST_TRIES = 5


FEW_ANSWERS = 20


def pause(answers: int) -> float:
    """Seconds between two ticks: short while few answers are written."""
    return 0.015 if answers <= FEW_ANSWERS else 0.04 if answers <= 150 else 0.05


class Tick:
    """Commits and announces what the answers gathered, until cancelled.

    While Postgres is away it waits, and with it the streams that it paces.
    """

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.runner = uuid.UUID(int=0)
        self.news = asyncio.Event()  # set by whoever gathered something
        self.pulse = asyncio.Event()  # set for a moment before each tick

    async def run(self) -> None:
        """Raises LeaseLost when this runner was declared dead."""
        while True:
            # The first delta of an idle stream is committed at once: the pause
            # stands after the tick, not before it.
            await self.news.wait()
            self.news.clear()
            await self._commit()
            await self._finish()
            await asyncio.sleep(pause(len(self.answers)))
            self.pulse.set()
            self.pulse.clear()
            # Those who waited read first; else this tick would write what the last
            # pulse brought, and everyone would read a whole period late for ever.
            await asyncio.sleep(0)

    async def before_read(self) -> None:
        """Where many stream, have all read just before the tick.

        What came meanwhile is taken in at once: one wake-up of client, parser and
        page serves several deltas, and none waits for a pause and then for a tick.
        """
        if len(self.answers) > FEW_ANSWERS:
            await self.pulse.wait()

    async def _commit(self) -> None:
        batch = {answer: answer.pieces() for answer in self.answers.values()}
        batch = {
            answer: pieces
            for answer, pieces in batch.items()
            if pieces or answer.state != answer.told_state
        }
        if not batch:
            return
        with metrics.COMMIT.time():
            ours = await self._written(
                [piece for pieces in batch.values() for piece in pieces],
                {a.run: a.state for a in batch if a.state != a.told_state},
            )
        news: list[News] = []
        for answer, pieces in batch.items():
            metrics.CHARACTERS.inc(answer.commit(pieces))
            answer.told_state = answer.state
            if answer.run in ours:
                news.append(_news(answer, pieces))
            else:
                # Deleted with its conversation: nothing is left to write to.
                self.answers.pop(answer.run, None)
        BELL.ring(*news)

    async def _written(self, pieces: list[Piece], states: dict[uuid.UUID, str]) -> set[uuid.UUID]:
        for _ in range(MOST_TRIES):
            try:
                return await patiently(log.write, self.runner, pieces, states)
            except IntegrityError:
                # A conversation was deleted between our look and our write; the
                # next look does not find it any more.
                logger.info("A tick is written again without what was deleted")
        return await patiently(log.write, self.runner, pieces, states)

    async def _finish(self) -> None:
        ended = {a.run: a.ending for a in self.answers.values() if a.ending and not a.pending}
        if ended:
            await patiently(finish, list(ended.values()), held_by=self.runner)
            for run, ending in ended.items():
                metrics.ENDED.labels(ending.state).inc()
                self.answers.pop(run, None)
        metrics.LIVE.set(len(self.answers))


def _news(answer: Answer, pieces: list[Piece]) -> News:
    return (
        topic(answer.conversation),
        {
            "run": str(answer.run),
            "state": answer.state,
            "start": answer.committed - sum(len(piece.text) for piece in pieces),
            "pieces": [(piece.block, piece.kind, piece.text) for piece in pieces],
        },
    )
