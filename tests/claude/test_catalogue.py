"""The catalogue is whole, consistent, and no gate for unknown models."""

from datetime import date
from decimal import Decimal

import pytest

from chatapp.claude import BATCH_DISCOUNT, CATALOGUE, model
from chatapp.claude.catalogue import AS_OF, Model, Price

IDS = {
    "claude-fable-5-2",
    "claude-fable-5-1",
    "claude-fable-5",
    "claude-mythos-5-1",
    "claude-mythos-5",
    "claude-opus-5-5",
    "claude-sonnet-5-5",
    "claude-haiku-5-5",
    "claude-opus-5",
    "claude-sonnet-5",
    "claude-opus-4-8",
    "claude-opus-4-7",
    "claude-opus-4-6",
    "claude-opus-4-5",
    "claude-sonnet-4-6",
    "claude-sonnet-4-5",
    "claude-haiku-4-5",
}


def prices(id: str, tokens: int = 1000) -> list[str]:
    found = model(id).price_for(tokens)
    assert found is not None
    return [f"{float(getattr(found, name)):g}" for name in Price.__slots__]


def test_every_known_model_is_listed_with_the_date_of_reading() -> None:
    assert set(CATALOGUE) == IDS
    assert date(2026, 11, 20) == AS_OF


@pytest.mark.parametrize(
    ("id", "expected"),
    [
        ("claude-fable-5-2", "8 40 10 16 0.2"),
        ("claude-opus-5-5", "4 20 5 8 0.2"),
        ("claude-sonnet-5-5", "2 10 2.5 4 0.2"),
        ("claude-fable-5-1", "10 50 12.5 20 0.25"),
        ("claude-fable-5", "10 50 12.5 20 1"),
        ("claude-opus-5", "5 25 6.25 10 0.5"),
        ("claude-opus-4-6", "5 25 6.25 10 0.5"),
        ("claude-sonnet-4-6", "3 15 3.75 6 0.3"),
        ("claude-haiku-4-5", "1 5 1.25 2 0.1"),
    ],
)
def test_prices_are_those_of_the_price_page(id: str, expected: str) -> None:
    assert prices(id) == expected.split()


def test_long_prompts_have_their_own_price_where_there_is_one() -> None:
    assert prices("claude-haiku-5-5", 100_000)[:3] == ["0.1", "0.5", "0.125"]
    assert prices("claude-haiku-5-5", 100_001)[:3] == ["0.5", "2.5", "0.625"]
    assert prices("claude-opus-5-5", 900_000) == prices("claude-opus-5-5", 1)


@pytest.mark.parametrize("found", CATALOGUE.values(), ids=lambda found: found.id)
def test_the_numbers_of_a_model_make_sense(found: Model) -> None:
    price = found.price
    assert isinstance(price, Price)
    assert price.cache_read < price.input < price.cache_write_5m < price.cache_write_1h
    assert price.input < price.output
    assert 0 < found.minimum_cacheable < found.max_output < found.context_window
    assert all(isinstance(getattr(price, name), Decimal) for name in Price.__slots__)


@pytest.mark.parametrize(
    ("id", "thinking", "off"),
    [
        ("claude-fable-5-2", "always", None),
        ("claude-opus-5-5", "always", None),
        ("claude-sonnet-5-5", "on", "between_tools"),
        ("claude-haiku-5-5", "on", "disabled"),
        ("claude-opus-5", "on", "disabled"),
        ("claude-opus-4-8", "off", None),
        ("claude-haiku-4-5", "budget", None),
    ],
)
def test_thinking_is_told_for_each_model(id: str, thinking: str, off: str | None) -> None:
    assert (model(id).thinking, model(id).thinking_off) == (thinking, off)


def test_a_dated_id_is_found_under_its_undated_one() -> None:
    found = model("claude-haiku-4-5-20251001")
    assert (found.id, found.name, found.known) == (
        "claude-haiku-4-5-20251001",
        "Claude Haiku 4.5",
        True,
    )


def test_an_unknown_model_works_without_a_price() -> None:
    found = model("claude-opus-9")
    assert (found.id, found.known, found.price_for(1)) == ("claude-opus-9", False, None)
    assert found.max_output <= 64_000


def test_settings_may_replace_fields_of_known_and_unknown_models() -> None:
    overrides = {"claude-opus-5-5": {"max_output": 7}, "mine": {"name": "Mine"}}
    assert model("claude-opus-5-5", overrides).max_output == 7
    assert model("mine", overrides).name == "Mine"
    assert CATALOGUE["claude-opus-5-5"].max_output == 128_000


def test_an_override_of_a_field_that_is_none_is_an_error() -> None:
    with pytest.raises(TypeError):
        model("claude-opus-5-5", {"claude-opus-5-5": {"colour": "red"}})


def test_a_batch_halves_every_price() -> None:
    assert Decimal("0.5") == BATCH_DISCOUNT
