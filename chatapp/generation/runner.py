"""The runner: takes runs from the queue and has Claude answer them.

Nothing here knows of sockets or pages. Whatever dies, the log holds what was
shown; whoever notices (`queue.Watch`, in every process) gives the run its end.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, cast

from django.conf import settings
from django.utils.translation import gettext_noop
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from chatapp.claude import ClaudeError, Request
from chatapp.context.plan import Plan, followed
from chatapp.errors import ChatappError
from chatapp.generation import calls, queue
from chatapp.generation.answer import TOO_LONG, Answer, Answers
from chatapp.generation.log import LeaseLost
from chatapp.generation.models import Run
from chatapp.generation.models import Runner as Lease
from chatapp.generation.tick import Tick
from chatapp.generation.tools import results_for
from chatapp.live.hub import hub
from chatapp.live.threads import patiently
from chatapp.observability.ids import serving_run
from chatapp.usage import door, ledger

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0  # how late a run is taken at most when its ring was lost
JOBS_SECONDS = 5.0  # how long jobs may go on when their runner ends
TOPIC = "runner:"
QUEUES = {"housekeeping": 4, "replays": 2, "transfers": 2}  # of jobs, and how many at once


class Runner:
    def __init__(self) -> None:
        self.answers: Answers = {}
        self.tasks: dict[uuid.UUID, asyncio.Task[None]] = {}
        self.tick = Tick(self.answers)
        self.lease = uuid.UUID(int=0)
        self.knock = asyncio.Event()  # set when the queue should be looked at
        self.draining = asyncio.Event()

    async def run(self) -> None:
        """Answer what is queued until `drain` was called and all is finished."""
        hub().listen(TOPIC, self._hear)
        while not self.draining.is_set():
            try:
                await self._work()
            except* LeaseLost:
                logger.warning("This runner was taken for dead; it begins anew")
                await self._forget()
        await door.close()

    def drain(self) -> None:
        """Take nothing new; what runs may end within `DRAIN_SECONDS`."""
        self.draining.set()

    async def _work(self) -> None:
        self.lease = self.tick.runner = (await patiently(Lease.objects.create)).pk
        async with asyncio.TaskGroup() as group:
            background = [
                group.create_task(self.tick.run(), name="tick"),
                group.create_task(self._take(), name="runner takes"),
                group.create_task(self._look(), name="runner looks"),
            ]
            over = asyncio.Event()
            # Apart: a replay of a thousand cases must not keep titles waiting.
            for jobs, most in QUEUES.items():
                working = _work_off(jobs, most, over)
                background.append(group.create_task(working, name=jobs))
            try:
                await self.draining.wait()
            finally:
                over.set()
            background[1].cancel()
            await self._end_all(settings.DRAIN_SECONDS)
            await patiently(queue.retire, self.lease)
            await _cancel_all(background)

    async def _end_all(self, seconds: float) -> None:
        """Wait for the running answers; mark what is left as interrupted."""
        deadline = asyncio.get_running_loop().time() + seconds
        while self.answers and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.05)
        for run in list(self.tasks):
            self._cancel(run, Run.State.INTERRUPTED)
        last = asyncio.get_running_loop().time() + 2
        while self.answers and asyncio.get_running_loop().time() < last:
            await asyncio.sleep(0.02)

    async def _forget(self) -> None:
        """Drop everything at hand: others have given it an end."""
        tasks = list(self.tasks.values())
        self.answers.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _hear(self, news: dict[str, Any]) -> None:
        if "stop" in news:
            self._cancel(uuid.UUID(news["stop"]), Run.State.STOPPED)
        else:
            self.knock.set()

    async def _take(self) -> None:
        """Claim what is queued, as soon as something is said to be."""
        while True:
            self.knock.clear()
            room = settings.RUNS_PER_RUNNER - len(self.answers)
            for run in await patiently(queue.claim, self.lease, room) if room > 0 else []:
                self._begin(run)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self.knock.wait()

    async def _look(self) -> None:
        """Renew the lease, find stops whose ring was lost, notice dead runners."""
        watch = queue.Watch()
        while True:
            if not await patiently(queue.sign_of_life, self.lease):
                raise LeaseLost
            for run in await patiently(queue.stops_wanted, self.lease):
                self._cancel(run, Run.State.STOPPED)
            if await patiently(watch.look):
                self.knock.set()
            await asyncio.sleep(LOOK_SECONDS)

    def _begin(self, run: Run) -> None:
        answer = self.answers[run.pk] = Answer(run)
        task = asyncio.create_task(self._answer(answer), name=f"run {run.pk}")
        self.tasks[run.pk] = task
        task.add_done_callback(lambda _: self._done(run.pk))

    def _cancel(self, run: uuid.UUID, state: str) -> None:
        answer, task = self.answers.get(run), self.tasks.get(run)
        if answer and task and not answer.stopping and not answer.ending:
            answer.stopping = state
            task.cancel()

    def _done(self, run: uuid.UUID) -> None:
        self.tasks.pop(run, None)
        self.tick.news.set()
        self.knock.set()  # a queued run of the same person may have room now

    async def _answer(self, answer: Answer) -> None:
        """Stream one answer to its end; every way out gives it an ending."""
        self.tick.news.set()  # "waiting" is news, too
        with serving_run(answer.run):
            await self._guarded(answer)

    async def _guarded(self, answer: Answer) -> None:
        try:
            made, answer.call = await calls.first(answer.run)
            answer.is_long = made.is_due
            answer.begun = time.monotonic()
            async with asyncio.timeout(settings.RUN_DEADLINE_SECONDS):
                await self._write(answer, made)
            reason = {"stop_reason": TOO_LONG} if answer.is_too_long else {}
            answer.end(Run.State.DONE, **reason)
        except asyncio.CancelledError:
            answer.end(answer.stopping or Run.State.INTERRUPTED)
        except ClaudeError as error:
            logger.warning("Run %s failed: %s (%s)", answer.run, error.type, error.request_id)
            answer.retries = error.retries
            answer.end(Run.State.FAILED, error_type=error.type or "", error_sentence=error.sentence)
        except ChatappError as error:
            answer.end(Run.State.FAILED, error_type="refused", error_sentence=error.sentence)
        except Run.DoesNotExist:
            answer.end(Run.State.STOPPED)  # it has its end, or went with its conversation
        except TimeoutError:
            answer.end(
                Run.State.FAILED,
                error_type="deadline",
                error_sentence=gettext_noop("This answer took longer than an answer may take."),
            )
        except Exception:  # top of the task loop
            logger.exception("Run %s broke", answer.run)
            answer.end(
                Run.State.FAILED,
                error_type="internal",
                error_sentence=gettext_noop(
                    "Something went wrong on our side. Trying again may help."
                ),
            )

    async def _write(self, answer: Answer, made: Plan) -> None:
        """Ask, run the tools that Claude calls, ask again: until it calls none."""
        for left in reversed(range(settings.TOOL_ROUNDS + 1)):
            await self._stream(answer, made.request)
            goes_on = answer.calls_tools or answer.is_paused
            if not left or not goes_on or answer.is_too_long:
                return
            made = await self._next_round(answer, made, is_last=left == 1)

    async def _next_round(self, answer: Answer, made: Plan, *, is_last: bool) -> Plan:
        """Run the tools that were called; what to ask then, and its call in the ledger.

        After a pause there are none: the API goes on where it broke off.
        """
        said, outcome = answer.said, answer.outcome()
        assert said
        assert outcome
        # Now: what dies while a tool runs must not leave this call to an estimate.
        await patiently(ledger.settle, [outcome])
        offered = {tool["name"] for tool in made.request.tools or ()}
        results = await patiently(results_for, said, offered, answer.conversation, answer.message)
        answer.follow(results)
        self.tick.news.set()
        made = followed(made, answer.message, said.content, results, is_last=is_last)
        answer.call = await calls.another(answer.run, made)
        return made

    async def _stream(self, answer: Answer, request: Request) -> None:
        async with door.stream(request) as stream:
            answer.stream = stream
            door.note_limits()
            stream.before_read = self.tick.before_read
            async for events in stream.batches():
                answer.take(events)
                # Also for a mere ping: who waits for the pulse needs a tick to come.
                self.tick.news.set()
                if answer.is_too_long:
                    return


async def _work_off(jobs: str, most: int, over: asyncio.Event) -> None:
    """Work off the jobs behind the answers, so many at once: a library's durable queue."""
    connector = cast(DjangoConnector, app.connector)
    # The library, cancelled while Postgres is away, says that it is away: no cancellation then.
    while not over.is_set():
        worker = app.with_connector(connector.get_worker_connector())
        try:
            async with worker.open_async():
                await worker.run_worker_async(
                    queues=[jobs], concurrency=most, install_signal_handlers=False
                )
        except Exception:  # top of the task loop
            # Postgres was away; its connection belongs to the library.
            logger.exception("The jobs of %s begin anew", jobs)
        await asyncio.sleep(LOOK_SECONDS)


async def _cancel_all(tasks: Sequence[asyncio.Task[None]]) -> None:
    """End them. A cancellation can get lost on its way through libraries: then it is repeated."""
    patience = JOBS_SECONDS
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=patience)
        patience = 1.0
