"""What each model can do and costs, as data with a date.

Sources: the provider's models and pricing pages, read on `AS_OF`. Prices are US dollars
per million tokens. Where a page gave no number, cache prices follow the published
multiples of the input price (write 1.25x for 5 minutes, 2x for an hour, read 0.1x).
An id that is not listed still works: it gets careful numbers and no prices.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

AS_OF = date(2026, 11, 20)
MILLION = 1_000_000
# What a batch saves of every price, the cache's included (batch page and pricing page).
BATCH_DISCOUNT = Decimal("0.5")
# US dollars a use of what the API runs for us, beside its tokens; a batch saves nothing
# of it. By the names of `usage.server_tool_use` (pricing page: 10 dollars a 1,000 searches).
TOOL_PRICES: Mapping[str, Decimal] = {
    "web_search_requests": Decimal("0.01"),
    "web_fetch_requests": Decimal(0),
}
EFFORTS = ("low", "medium", "high", "xhigh", "max")
Thinking = Literal["always", "on", "off", "budget"]


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens. Cache writes live five minutes or one hour."""

    input: Decimal
    output: Decimal
    cache_write_5m: Decimal
    cache_write_1h: Decimal
    cache_read: Decimal


@dataclass(frozen=True, slots=True)
class Model:
    """One model.

    `context_window` and `max_output` are tokens. `thinking` says what happens when a
    request is silent about it: "always" (cannot be turned off), "on", "off" (adaptive
    on request) or "budget" (only with `budget_tokens`). `thinking_off` is the value of
    the `thinking` field that turns it off, None where there is none. Above
    `long_prompt` input tokens `long_price` holds for the whole request.
    """

    id: str
    name: str
    context_window: int
    max_output: int
    price: Price | None
    minimum_cacheable: int
    thinking: Thinking
    thinking_off: str | None = None
    effort: str | None = None
    long_prompt: int | None = None
    long_price: Price | None = None
    system_in_messages: bool = False
    current: bool = False
    known: bool = True

    @property
    def efforts(self) -> tuple[str, ...]:
        """What `output_config.effort` may be, the least first; empty where it is not known."""
        return EFFORTS if self.effort else ()

    def price_for(self, input_tokens: int) -> Price | None:
        """The price list for a request with so many input tokens, cached ones included."""
        if self.long_prompt is not None and input_tokens > self.long_prompt:
            return self.long_price
        return self.price


def _price(input: str, output: str, read: str | None = None) -> Price:
    base = Decimal(input)
    return Price(
        input=base,
        output=Decimal(output),
        cache_write_5m=base * Decimal("1.25"),
        cache_write_1h=base * 2,
        cache_read=Decimal(read) if read else base / 10,
    )


_FABLE_5 = Model(
    "claude-fable-5",
    "Claude Fable 5",
    context_window=MILLION,
    max_output=128_000,
    price=_price("10", "50"),
    minimum_cacheable=512,
    thinking="always",
    effort="high",
    system_in_messages=True,
)
_OPUS_5 = replace(
    _FABLE_5,
    id="claude-opus-5",
    name="Claude Opus 5",
    price=_price("5", "25"),
    thinking="on",
    thinking_off="disabled",
)
_OPUS_4_8 = replace(
    _OPUS_5,
    id="claude-opus-4-8",
    name="Claude Opus 4.8",
    minimum_cacheable=1024,
    thinking="off",
    thinking_off=None,
    effort=None,
)
_OPUS_4_6 = replace(
    _OPUS_4_8,
    id="claude-opus-4-6",
    name="Claude Opus 4.6",
    minimum_cacheable=4096,
    system_in_messages=False,
)
_SONNET_5 = replace(
    _OPUS_5,
    id="claude-sonnet-5",
    name="Claude Sonnet 5",
    price=_price("2", "10"),
    minimum_cacheable=1024,
    system_in_messages=False,
)
_SONNET_4_6 = replace(
    _OPUS_4_6,
    id="claude-sonnet-4-6",
    name="Claude Sonnet 4.6",
    price=_price("3", "15"),
    minimum_cacheable=1024,
)

_MODELS = (
    replace(
        _FABLE_5,
        id="claude-fable-5-2",
        name="Claude Fable 5.2",
        price=_price("8", "40", read="0.20"),
        current=True,
    ),
    replace(
        _FABLE_5,
        id="claude-opus-5-5",
        name="Claude Opus 5.5",
        price=_price("4", "20", read="0.20"),
        effort="medium",
        current=True,
    ),
    replace(
        _OPUS_5,
        id="claude-sonnet-5-5",
        name="Claude Sonnet 5.5",
        price=_price("2", "10"),
        thinking_off="between_tools",
        current=True,
    ),
    replace(
        _OPUS_5,
        id="claude-haiku-5-5",
        name="Claude Haiku 5.5",
        price=_price("0.10", "0.50"),
        long_prompt=100_000,
        long_price=_price("0.50", "2.50"),
        effort="medium",
        current=True,
    ),
    replace(
        _FABLE_5,
        id="claude-fable-5-1",
        name="Claude Fable 5.1",
        price=_price("10", "50", read="0.25"),
    ),
    _FABLE_5,
    replace(
        _FABLE_5,
        id="claude-mythos-5-1",
        name="Claude Mythos 5.1",
        price=_price("10", "50", read="0.25"),
    ),
    replace(_FABLE_5, id="claude-mythos-5", name="Claude Mythos 5"),
    _OPUS_5,
    _SONNET_5,
    _OPUS_4_8,
    replace(_OPUS_4_6, id="claude-opus-4-7", name="Claude Opus 4.7", minimum_cacheable=2048),
    _OPUS_4_6,
    replace(
        _OPUS_4_6,
        id="claude-opus-4-5",
        name="Claude Opus 4.5",
        # The models endpoint knows better; these are the numbers no model falls below.
        context_window=200_000,
        max_output=64_000,
        thinking="budget",
    ),
    _SONNET_4_6,
    replace(
        _SONNET_4_6,
        id="claude-sonnet-4-5",
        name="Claude Sonnet 4.5",
        context_window=200_000,
        max_output=64_000,
        thinking="budget",
    ),
    replace(
        _SONNET_4_6,
        id="claude-haiku-4-5",
        name="Claude Haiku 4.5",
        context_window=200_000,
        max_output=64_000,
        price=_price("1", "5"),
        minimum_cacheable=4096,
        thinking="budget",
    ),
)

CATALOGUE: Mapping[str, Model] = {model.id: model for model in _MODELS}


def model(id: str, overrides: Mapping[str, Mapping[str, Any]] | None = None) -> Model:
    """The model of that id, with the fields that `overrides[id]` replaces.

    A dated id (`claude-haiku-4-5-20251001`) is found under its undated one. An unknown
    id gives a model with `known` False, no price, and limits that every model keeps.
    """
    undated, _, tail = id.rpartition("-")
    found = CATALOGUE.get(id)
    if found is None and len(tail) == 8 and tail.isdigit():
        found = CATALOGUE.get(undated)
    if found is None:
        found = Model(
            id,
            id,
            context_window=200_000,
            max_output=64_000,
            price=None,
            minimum_cacheable=4096,
            thinking="off",
            known=False,
        )
    return replace(found, **{"id": id, **((overrides or {}).get(id) or {})})
