"""Models and prices as admins set them: over settings, kept for a moment."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from chatapp.accounts.models import User
from chatapp.chat.models_offered import picker_for
from chatapp.claude import model
from chatapp.conversations.models import Conversation
from chatapp.errors import Unusable
from chatapp.generation.actions import checked_model
from chatapp.usage import offers
from chatapp.usage.models import ModelOffer
from chatapp.usage.prices import Tokens, catalogued, cost
from tests.usage.asking import paid

pytestmark = pytest.mark.django_db
SONNET, HAIKU = "claude-sonnet-5-5", "claude-haiku-5-5"
MILLION = Tokens(input=1_000_000)


def an_offer(name: str, **fields: object) -> ModelOffer:
    """A row, known at once."""
    row = ModelOffer.objects.create(model=name, **fields)
    offers.forget()
    return row


def test_without_rows_settings_hold(settings: Settings) -> None:
    settings.MODEL_OVERRIDES = {SONNET: {"context_window": 30_000}}
    assert offers.offered() == settings.MODELS_OFFERED
    assert catalogued(SONNET) == model(SONNET, settings.MODEL_OVERRIDES)


def test_the_picker_has_what_admins_offer_in_their_order() -> None:
    an_offer(HAIKU, is_offered=True, position=2)
    an_offer("claude-next", is_offered=True, position=1)
    an_offer(SONNET, position=0)
    picker = picker_for(Conversation(model=HAIKU), None)
    assert [it.id for it in picker.models] == ["claude-next", HAIKU]
    assert checked_model("claude-next") == "claude-next"
    with pytest.raises(Unusable, match="not offered"):
        checked_model(SONNET)


def test_a_price_alone_takes_no_model_from_the_picker(settings: Settings) -> None:
    an_offer(SONNET, input=Decimal(9))
    assert offers.offered() == settings.MODELS_OFFERED


def test_a_price_replaces_its_own_and_leaves_the_others() -> None:
    an_offer(SONNET, input=Decimal(9), cache_read=Decimal("0.125"))
    assert cost(SONNET, MILLION) == 9
    assert cost(SONNET, Tokens(cache_read=1_000_000)) == Decimal("0.125")
    assert cost(SONNET, Tokens(output=1_000_000)) == 10
    assert cost(HAIKU, Tokens(input=1_000)) == Decimal("0.0001")


def test_a_price_holds_for_long_prompts_too() -> None:
    assert cost(HAIKU, MILLION) == Decimal("0.5")
    an_offer(HAIKU, input=Decimal(3))
    assert cost(HAIKU, MILLION) == cost(HAIKU, Tokens(input=1_000)) * 1_000 == 3  # type: ignore[operator]


def test_a_model_that_nobody_knows_gets_its_price_from_admins() -> None:
    assert cost("claude-next", MILLION) is None
    an_offer("claude-next", input=Decimal(4), output=Decimal(20))
    price = catalogued("claude-next").price
    assert price
    assert (price.cache_write_5m, price.cache_write_1h, price.cache_read) == (5, 8, Decimal("0.4"))


def test_the_window_of_a_model_may_be_set() -> None:
    an_offer(SONNET, context_window=50_000)
    assert catalogued(SONNET).context_window == 50_000
    assert catalogued(SONNET).price == model(SONNET).price


def test_the_next_call_costs_what_was_set(ada: User) -> None:
    before = paid(ada, 1).cost
    an_offer(SONNET, output=Decimal(20))
    after = paid(ada, 1).cost
    assert before
    assert after == 2 * before


def test_rows_are_read_once_and_again_after_a_while(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr(offers, "monotonic", lambda: 1_000.0)
    offers.forget()
    with django_assert_num_queries(1):
        assert [cost(SONNET, MILLION) for _ in range(3)] == [2, 2, 2]
    ModelOffer.objects.create(model=SONNET, input=Decimal(9))
    assert cost(SONNET, MILLION) == 2
    monkeypatch.setattr(offers, "monotonic", lambda: 1_000.0 + offers.SECONDS)
    assert cost(SONNET, MILLION) == 9


@pytest.mark.parametrize("name", ["input", "output", "cache_write_5m", "cache_read"])
def test_the_database_refuses_a_price_below_nothing(name: str) -> None:
    with pytest.raises(IntegrityError, match=f"offer_{name}"):
        ModelOffer.objects.create(model=SONNET, **{name: Decimal(-1)})


@pytest.mark.parametrize("fields", [{"input": 1}, {"output": 1}])
def test_half_a_price_is_no_price(fields: dict[str, int]) -> None:
    with pytest.raises(ValidationError, match="both, input and output"):
        ModelOffer(model="claude-next", **fields).full_clean()
    ModelOffer(model=SONNET, **fields).full_clean()
