"""What a prompt costs, told while it is written and before it is published."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from chatapp.context import tokens
from chatapp.generation.models import Run
from chatapp.prompts.models import Prompt
from chatapp.prompts.variables import cautions, fill, names_in, values_for
from chatapp.usage.prices import Tokens, catalogued, cost

CACHE_LIFE = timedelta(minutes=5)  # of the provider's cache, API docs: prompt caching
TURNS = 1_000


@dataclass(frozen=True)
class Preview:
    """A body as Claude would get it. `tokens` is an estimate; money is US dollars.

    `cached` and `uncached` are what the body alone costs in a thousand turns.
    """

    filled: str
    variables: list[str]
    cautions: list[str]
    tokens: int
    model_name: str
    cached: Decimal | None
    uncached: Decimal | None
    is_cacheable: bool


def preview(body: str, variables: dict[str, str], model_id: str) -> Preview:
    """For the person Ada Example, today."""
    values = values_for("Ada Example", settings.LANGUAGE_CODE, timezone.now().date(), variables)
    chosen = catalogued(model_id or settings.DEFAULT_MODEL)
    filled = fill(body, values)
    size = tokens.of_text(filled)
    is_cacheable = size >= chosen.minimum_cacheable
    return Preview(
        filled=filled,
        variables=names_in(body),
        cautions=cautions(body),
        tokens=size,
        model_name=chosen.name,
        cached=_thousand(chosen.id, Tokens(cache_read=size)) if is_cacheable else None,
        uncached=_thousand(chosen.id, Tokens(input=size)),
        is_cacheable=is_cacheable,
    )


def _thousand(model_id: str, of_a_turn: Tokens) -> Decimal | None:
    price = cost(model_id, of_a_turn)
    return None if price is None else price * TURNS


@dataclass(frozen=True)
class Loss:
    """What publishing loses: conversations whose cached prefix is read no more."""

    conversations: int
    tokens: int
    cost: Decimal


def loss_of(prompt: Prompt) -> Loss:
    """What the prompt's conversations that are warm now pay once for another prefix."""
    warm = (
        Run.objects.filter(
            conversation__prompt=prompt,
            conversation__version=None,
            conversation__is_trial=False,
            finished_at__gte=timezone.now() - CACHE_LIFE,
            call__isnull=False,
        )
        .select_related("call")
        .order_by("conversation", "-finished_at")
        .distinct("conversation")
    )
    # One call a conversation: the newest is what its next turn would have read.
    calls = [run.call for run in warm if run.call]
    return Loss(
        conversations=len(calls),
        tokens=sum(call.all_input_tokens for call in calls),
        cost=sum((_difference(c.model, c.all_input_tokens) for c in calls), Decimal(0)),
    )


def _difference(model_id: str, size: int) -> Decimal:
    """What writing so many tokens to the cache costs more than reading them from it."""
    written, read = (
        cost(model_id, Tokens(cache_write_5m=size)),
        cost(model_id, Tokens(cache_read=size)),
    )
    return written - read if written is not None and read is not None else Decimal(0)
