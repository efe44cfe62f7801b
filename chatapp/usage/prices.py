"""What tokens cost, at the price of the day of the call."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Any

from chatapp.claude import TOOL_PRICES, Model, Request
from chatapp.usage import offers

MILLION = Decimal(1_000_000)
CHARACTERS_PER_TOKEN = 3  # newer tokenizers; rather too many tokens than too few


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of one call, as the API's `usage` counts them."""

    input: int = 0
    output: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    cache_read: int = 0

    @property
    def all_input(self) -> int:
        return self.input + self.cache_write_5m + self.cache_write_1h + self.cache_read


def tokens_of(usage: Mapping[str, Any]) -> Tokens:
    """The API's numbers. Cache writes without a lifetime are those of five minutes."""
    written = usage.get("cache_creation_input_tokens") or 0
    by_life = usage.get("cache_creation") or {}
    hour = by_life.get("ephemeral_1h_input_tokens") or 0
    return Tokens(
        input=usage.get("input_tokens") or 0,
        output=usage.get("output_tokens") or 0,
        cache_write_5m=max(0, written - hour),
        cache_write_1h=hour,
        cache_read=usage.get("cache_read_input_tokens") or 0,
    )


def catalogued(model_id: str) -> Model:
    return offers.catalogued(model_id)


def cost(model_id: str, tokens: Tokens) -> Decimal | None:
    """US dollars; None where the model has no price. For server tools: `of_tools`."""
    price = catalogued(model_id).price_for(tokens.all_input)
    if price is None:
        return None
    dollars = (
        tokens.input * price.input
        + tokens.output * price.output
        + tokens.cache_write_5m * price.cache_write_5m
        + tokens.cache_write_1h * price.cache_write_1h
        + tokens.cache_read * price.cache_read
    )
    return dollars / MILLION


def of_tools(used: Mapping[str, Any]) -> Decimal:
    """US dollars for `usage.server_tool_use`; a tool without a price costs nothing more."""
    return sum((price * (used.get(name) or 0) for name, price in TOOL_PRICES.items()), Decimal(0))


def estimated(characters: int) -> int:
    return ceil(characters / CHARACTERS_PER_TOKEN)


def most(request: Request, input_tokens: int) -> Decimal:
    """The most that a call may cost: all input written to the cache, all output used.

    Server tools, which no request of ours asks for, are not in it.
    """
    tokens = Tokens(cache_write_5m=input_tokens, output=request.max_tokens)
    return cost(request.model, tokens) or Decimal(0)
