"""The door: one client an event loop, and calls that stand in the ledger."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache

from django.conf import settings

from chatapp.claude import Batches, ClaudeError, Client, Config, Message, Request, Stream
from chatapp.conversations.files.sending import filled, has_files
from chatapp.live.threads import in_database
from chatapp.usage.ledger import LOST, Asking, Outcome, open_call, settle
from chatapp.usage.metrics import note_rate_limits


@lru_cache(maxsize=8)
def _client_of(loop: asyncio.AbstractEventLoop) -> Client:
    env = settings.ENV
    return Client(
        Config(
            # The simulator takes any key; without one there is no header to send.
            api_key=env.anthropic_api_key or "simulated",
            base_url=env.anthropic_base_url,
            max_connections=settings.RUNS_PER_RUNNER + 16,
            deadline=settings.RUN_DEADLINE_SECONDS,
        )
    )


def _client() -> Client:
    return _client_of(asyncio.get_running_loop())


async def _filled(request: Request) -> Request:
    """With the bytes of its files; they are no business of the database. Raises FileGone."""
    return await asyncio.to_thread(filled, request) if has_files(request) else request


async def create(asking: Asking) -> Message:
    """Ask and wait for the whole answer. Raises ClaudeError and OverBudget."""
    call = await in_database(open_call, asking)
    begun = time.monotonic()
    outcome = Outcome(call.pk, error_type=LOST)  # unless we learn better
    try:
        message = await _client().create(await _filled(asking.request))
        outcome = Outcome(
            call.pk,
            usage=message.usage,
            stop_reason=message.stop_reason or "",
            request_id=message.request_id or "",
            retries=message.retries,
            total_ms=elapsed_ms(begun),
        )
    except ClaudeError as error:
        outcome = _failed(call.pk, error, begun)
        raise
    finally:
        # Also when this task is cancelled: what was asked for is paid for.
        await asyncio.shield(in_database(settle, [outcome]))
        note_rate_limits(_client().rate_limits)
    return message


async def whole(asking: Asking) -> tuple[Message, uuid.UUID]:
    """Ask, and give the whole answer with its call, read as it is written.

    For answers of any length: a silent connection would be given up. Raises ClaudeError
    and OverBudget.
    """
    call = await in_database(open_call, asking, streamed=True)
    begun, first, outcome = time.monotonic(), None, Outcome(call.pk, error_type=LOST)
    try:
        async with stream(asking.request) as answer:
            async for _ in answer.batches():
                first = first or elapsed_ms(begun)
            message = answer.message
        outcome = Outcome(
            call.pk,
            usage=message.usage,
            stop_reason=message.stop_reason or "",
            request_id=message.request_id or "",
            retries=answer.retries,
            first_token_ms=first,
            total_ms=elapsed_ms(begun),
        )
    except ClaudeError as error:
        outcome = _failed(call.pk, error, begun)
        raise
    finally:
        await asyncio.shield(in_database(settle, [outcome]))
    return message, call.pk


def _failed(call: uuid.UUID, error: ClaudeError, begun: float) -> Outcome:
    return Outcome(
        call,
        error_type=error.type or "error",
        request_id=error.request_id or "",
        retries=error.retries,
        total_ms=elapsed_ms(begun),
    )


def batches() -> Batches:
    """The Message Batches API. Whoever hands in a batch opens and settles its calls."""
    return _client().batches


@asynccontextmanager
async def stream(request: Request) -> AsyncIterator[Stream]:
    """Ask for an answer that is read as it is written.

    Whoever calls this has opened the call, and settles it with the answer's end. Raises
    ClaudeError, and FileGone for a file that is not stored any more.
    """
    async with _client().stream(await _filled(request)) as answer:
        yield answer


async def count_tokens(request: Request) -> int:
    """The input tokens of a request, as the API counts them; free, so in no ledger."""
    return await _client().count_tokens(await _filled(request))


def note_limits() -> None:
    """Put the rate limits of the last answer among the metrics."""
    note_rate_limits(_client().rate_limits)


async def close() -> None:
    await _client().aclose()


def elapsed_ms(since: float) -> int:
    """Milliseconds since that moment of the monotonic clock."""
    return int(1000 * (time.monotonic() - since))
