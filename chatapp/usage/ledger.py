"""The ledger: a row for each call, opened before it and settled once after it."""

import hashlib
import json
import uuid
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from chatapp.accounts.models import User
from chatapp.claude import BATCH_DISCOUNT, Request
from chatapp.claude.request import encode
from chatapp.conversations.bulk import update_all
from chatapp.usage import budgets, prices
from chatapp.usage.models import Call, SentRequest
from chatapp.usage.prices import Tokens

LOST = "lost"  # nobody is left who could say how the call ended
SETTLED = (
    *("settled_at", "input_tokens", "output_tokens", "cache_write_5m_tokens"),
    *("cache_write_1h_tokens", "cache_read_tokens", "server_tools", "cost", "is_estimate"),
    *("first_token_ms", "total_ms", "stop_reason", "request_id", "retries", "error_type"),
)


@dataclass(frozen=True)
class Asking:
    """Who asks Claude what. `parts` names what the request is made of, in order."""

    purpose: str
    request: Request
    user_id: int | None
    conversation_id: uuid.UUID | None = None
    run: uuid.UUID | None = None
    version_id: uuid.UUID | None = None  # of the prompt that it answers by
    parts: Sequence[Mapping[str, Any]] = ()
    person_id: int | None = None  # whose words it holds, where that is no conversation's owner
    is_batch: bool = False
    tokens: int = 0  # of the input, where its files weigh more than the body tells


@dataclass(frozen=True)
class Outcome:
    """How a call ended. `usage` is what the API said, empty if it said nothing.

    `text_length` counts the characters that were received; times are milliseconds.
    """

    call: uuid.UUID
    usage: Mapping[str, Any] = field(default_factory=dict)
    stop_reason: str = ""
    request_id: str = ""
    retries: int = 0
    error_type: str = ""
    first_token_ms: int | None = None
    total_ms: int | None = None
    text_length: int = 0


@transaction.atomic
def open_call(asking: Asking, *, streamed: bool = False) -> Call:
    """Write down a call that is about to be made. Raises OverBudget."""
    request = asking.request
    body = encode(request.body(streamed))
    call = Call(
        purpose=asking.purpose,
        user_id=asking.user_id,
        conversation_id=asking.conversation_id,
        run=asking.run,
        version_id=asking.version_id,
        is_batch=asking.is_batch,
        model=request.model,
        system_digest=_digest(json.dumps(request.system).encode()) if request.system else "",
        expected_tokens=max(prices.estimated(len(body)), asking.tokens),
    )
    call.save(force_insert=True)
    if asking.user_id is not None:
        budgets.reserve(call, User(pk=asking.user_id), prices.most(request, call.expected_tokens))
    SentRequest.objects.create(
        call=call,
        conversation_id=asking.conversation_id,
        person_id=asking.person_id,
        packed=zlib.compress(body, 1),
        digest=_digest(body),
        parts=list(asking.parts),
    )
    return call


@transaction.atomic
def settle(outcomes: Sequence[Outcome]) -> None:
    """Account for calls that have ended; those that are settled already stay as they are."""
    by_call = {outcome.call: outcome for outcome in outcomes}
    calls = list(Call.objects.is_open().select_for_update().filter(pk__in=by_call).order_by("pk"))
    for call in calls:
        _fill(call, by_call[call.pk])
    update_all(calls, *SETTLED)
    budgets.release(calls)


def settle_lost(older_than: timedelta) -> int:
    """Account, by estimate, for calls whose process died before it could; answer how many."""
    before = timezone.now() - older_than
    # A batch may take its day; whoever handed it in settles it.
    mine = Call.objects.is_open().filter(opened_at__lt=before, is_batch=False)
    lost = list(mine.values_list("pk", flat=True))
    settle([Outcome(call, error_type=LOST) for call in lost])
    return len(lost)


def _fill(call: Call, outcome: Outcome) -> None:
    tokens, is_estimate = _tokens(call, outcome)
    call.settled_at = timezone.now()
    call.input_tokens = tokens.input
    call.output_tokens = tokens.output
    call.cache_write_5m_tokens = tokens.cache_write_5m
    call.cache_write_1h_tokens = tokens.cache_write_1h
    call.cache_read_tokens = tokens.cache_read
    call.server_tools = dict(outcome.usage.get("server_tool_use") or {})
    call.cost = _cost(call, tokens)
    call.is_estimate = is_estimate
    call.first_token_ms = outcome.first_token_ms
    call.total_ms = outcome.total_ms
    call.stop_reason = outcome.stop_reason[:40]
    call.request_id = outcome.request_id[:100]
    call.retries = outcome.retries
    call.error_type = outcome.error_type[:60]


def _cost(call: Call, tokens: Tokens) -> Decimal | None:
    cost = prices.cost(call.model, tokens)
    if cost is None:
        return None
    return cost * (BATCH_DISCOUNT if call.is_batch else 1) + prices.of_tools(call.server_tools)


def _tokens(call: Call, outcome: Outcome) -> tuple[Tokens, bool]:
    """What is billed, and whether that is our estimate.

    The API counts the output at the end (Messages API, streaming): an answer that
    was stopped is paid for as far as it came, and nobody tells how much that is.
    """
    if outcome.stop_reason:
        return prices.tokens_of(outcome.usage), False
    if not outcome.usage and outcome.error_type not in ("", LOST):
        return Tokens(), False  # refused before Claude read anything
    told = prices.tokens_of(outcome.usage)
    written = max(told.output, prices.estimated(outcome.text_length))
    if outcome.usage:
        return Tokens(
            input=told.input,
            output=written,
            cache_write_5m=told.cache_write_5m,
            cache_write_1h=told.cache_write_1h,
            cache_read=told.cache_read,
        ), True
    return Tokens(input=call.expected_tokens, output=written), True


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
