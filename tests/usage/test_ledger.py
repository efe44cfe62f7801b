"""One row a call: what it cost, what was sent, settled once."""

import hashlib
import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from chatapp.accounts.models import User
from chatapp.claude.request import encode
from chatapp.usage import offers
from chatapp.usage.ledger import Asking, open_call, settle_lost
from chatapp.usage.models import Call, SentRequest
from tests.conftest import a_thread
from tests.usage.asking import HAIKU, SONNET, a_request, asked, settled

pytestmark = pytest.mark.django_db

USAGE = {
    "input_tokens": 1_000,
    "output_tokens": 2_000,
    "cache_creation_input_tokens": 500,
    "cache_creation": {"ephemeral_5m_input_tokens": 300, "ephemeral_1h_input_tokens": 200},
    "cache_read_input_tokens": 10_000,
    "server_tool_use": {"web_search_requests": 2},
}


def test_every_kind_of_token_has_its_price(ada: User) -> None:
    call = settled(asked(ada), usage=USAGE, stop_reason="end_turn")
    # Sonnet 5.5: 2 in, 10 out, 2.50 and 4 written, 0.20 read; dollars a million.
    by_hand = 1_000 * 2 + 2_000 * 10 + 300 * Decimal("2.5") + 200 * 4 + 10_000 * Decimal("0.2")
    searches = 2 * Decimal("0.01")
    assert call.cost == by_hand / 1_000_000 + searches
    assert call.all_input_tokens == 11_500
    assert call.server_tools == {"web_search_requests": 2}
    assert not call.is_estimate


SEARCHED = {
    "server_tool_use": {"web_search_requests": 3, "web_fetch_requests": 9, "dig_requests": None}
}


def test_a_search_has_its_price_and_a_fetch_has_none(ada: User) -> None:
    assert settled(asked(ada), usage=SEARCHED, stop_reason="end_turn").cost == Decimal("0.03")


def test_a_batch_saves_nothing_of_a_search(ada: User) -> None:
    call = asked(ada)
    Call.objects.filter(pk=call.pk).update(is_batch=True)
    usage = {**SEARCHED, "output_tokens": 1_000}
    assert settled(call, usage=usage, stop_reason="end_turn").cost == Decimal("0.035")


def test_a_single_cached_token_of_the_cheapest_model_is_not_lost(ada: User) -> None:
    call = asked(ada, model=HAIKU)
    usage = {"cache_creation_input_tokens": 1}
    assert settled(call, usage=usage, stop_reason="end_turn").cost == Decimal("0.000000125")


def test_a_long_prompt_is_paid_at_the_long_price(ada: User) -> None:
    call = settled(asked(ada, model=HAIKU), usage={"input_tokens": 200_000}, stop_reason="end_turn")
    assert call.cost == Decimal("0.1")


def test_a_model_without_a_price_has_no_cost(ada: User) -> None:
    call = settled(asked(ada, model="claude-unknown-9"), usage=USAGE, stop_reason="end_turn")
    assert call.cost is None
    assert call.output_tokens == 2_000


def test_a_call_is_settled_only_once(ada: User) -> None:
    call = settled(asked(ada), usage=USAGE, stop_reason="end_turn")
    again = settled(call, usage={"input_tokens": 9}, stop_reason="refusal")
    assert (again.stop_reason, again.input_tokens) == ("end_turn", 1_000)


def test_a_stopped_answer_is_paid_as_far_as_it_came(ada: User) -> None:
    usage = {"input_tokens": 50, "output_tokens": 1}
    call = settled(asked(ada), usage=usage, text_length=300)
    assert (call.input_tokens, call.output_tokens, call.is_estimate) == (50, 100, True)


def test_a_call_that_was_refused_costs_nothing(ada: User) -> None:
    call = settled(asked(ada), error_type="overloaded_error", retries=2)
    assert (call.cost, call.is_estimate, call.retries) == (0, False, 2)


def test_a_call_of_a_dead_process_is_estimated(ada: User) -> None:
    call = asked(ada, text="x" * 3_000)
    Call.objects.filter(pk=call.pk).update(opened_at=timezone.now() - timedelta(hours=2))
    young = asked(ada)
    assert settle_lost(timedelta(hours=1)) == 1
    call.refresh_from_db()
    assert (call.error_type, call.is_estimate) == ("lost", True)
    assert 1_000 <= call.input_tokens < 1_100
    assert Call.objects.is_open().get() == young


def test_what_was_sent_is_kept_byte_for_byte(ada: User) -> None:
    request = a_request("Grüße \U0001f600")
    parts = [{"kind": "message", "id": "1", "at": 0}]
    call = open_call(Asking(Call.Purpose.ANSWER, request, ada.pk, parts=parts), streamed=True)
    sent = SentRequest.objects.get(call=call)
    assert sent.body == encode(request.body(True))
    assert json.loads(sent.body)["stream"] is True
    assert sent.digest == hashlib.sha256(sent.body).hexdigest()
    assert sent.parts == parts


def test_sums_outlive_a_conversation_but_words_do_not(ada: User) -> None:
    conversation = a_thread(ada)
    call = settled(asked(ada, conversation), usage=USAGE, stop_reason="end_turn")
    conversation.delete()
    call.refresh_from_db()
    assert call.conversation_id is None
    assert call.cost
    assert not SentRequest.objects.filter(call=call).exists()


def test_a_call_is_written_by_few_statements(
    ada: User, django_assert_num_queries: "object"
) -> None:
    offers.offered()  # read once for seconds
    with django_assert_num_queries(5):  # type: ignore[operator]  # two are the savepoint
        asked(ada, model=SONNET)
