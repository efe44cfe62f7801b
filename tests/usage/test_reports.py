"""Sums over the ledger."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.test import Client

from chatapp.accounts.models import User
from chatapp.usage import reports
from chatapp.usage.models import Call
from chatapp.usage.reports import VERSION, Span
from tests.conftest import a_prompt, a_version, browser_of
from tests.usage.asking import HAIKU, asked, paid, settled

pytestmark = pytest.mark.django_db
Queries = Callable[[int], AbstractContextManager[None]]
SPAN = Span(date(2026, 11, 18), date(2026, 11, 20))


def on(day: int, call: Call, hour: int = 12) -> Call:
    Call.objects.filter(pk=call.pk).update(opened_at=datetime(2026, 11, day, hour, tzinfo=UTC))
    return call


def test_a_day_without_a_call_is_a_day_of_zero(ada: User) -> None:
    on(18, paid(ada, 1))
    on(20, paid(ada, 2), hour=23)
    assert [day.cost for day in reports.by_day(SPAN.calls(), SPAN)] == [1, 0, 2]


def test_both_ends_of_a_span_belong_to_it_and_no_more(ada: User) -> None:
    for day, hour in ((17, 23), (18, 0), (20, 23), (21, 0)):
        on(day, paid(ada, 1), hour)
    assert reports.total(SPAN.calls()).cost == 2


def test_the_dearest_model_stands_first(ada: User) -> None:
    on(19, paid(ada, 3))
    cheap = asked(ada, model=HAIKU)
    on(19, settled(cheap, usage={"output_tokens": 10}, stop_reason="end_turn"))
    models = [(row.label, row.calls) for row in reports.by(SPAN.calls(), "model")]
    assert models == [("claude-sonnet-5-5", 1), (HAIKU, 1)]


def test_the_share_of_the_cache_is_of_all_that_was_read(ada: User) -> None:
    usage = {"input_tokens": 100, "cache_read_input_tokens": 300}
    on(19, settled(asked(ada), usage=usage, stop_reason="end_turn"))
    sums = reports.total(SPAN.calls())
    assert (sums.read, sums.cached_percent) == (400, 75)


def test_latency_is_that_of_answers_alone(ada: User) -> None:
    for ms in (100, 200, 900):
        on(19, settled(asked(ada), first_token_ms=ms, total_ms=ms, stop_reason="end_turn"))
    slow = on(19, settled(asked(ada), first_token_ms=9_000, stop_reason="end_turn"))
    Call.objects.filter(pk=slow.pk).update(purpose="title")
    found = reports.latency(SPAN.calls())
    assert found["first_median"] == 200
    assert 800 < (found["first_p95"] or 0) < 900


def test_each_day_has_its_own_latency_and_errors(ada: User) -> None:
    for day, ms in ((18, 100), (18, 300), (20, 900)):
        on(day, settled(asked(ada), first_token_ms=ms, stop_reason="end_turn"))
    on(20, settled(asked(ada), error_type="overloaded_error"))
    days = reports.by_day(SPAN.calls(), SPAN)
    assert [(day.first_median, day.errors) for day in days] == [(200, 0), (None, 0), (900, 1)]


def test_calls_are_summed_by_the_version_of_their_prompt(ada: User) -> None:
    guide = a_prompt("Guide")
    second = a_version(guide, "Be brief.")
    for dollars, version in (
        (3, second),
        (1, guide.versions.get(number=1)),
        (2, None),
        (4, second),
    ):
        call = on(19, paid(ada, dollars))
        Call.objects.filter(pk=call.pk).update(version=version)
    found = [(row.label, row.cost) for row in reports.by(SPAN.calls(), VERSION)]
    assert found == [("Guide 2", 7), (None, 2), ("Guide 1", 1)]


def test_errors_are_counted_by_their_type(ada: User) -> None:
    for type in ("overloaded_error", "lost", "overloaded_error"):
        on(19, settled(asked(ada), error_type=type))
    assert reports.errors(SPAN.calls()) == [("overloaded_error", 2), ("lost", 1)]


def test_one_s_own_usage_shows_nobody_else_s(ada: User, ben: User) -> None:
    paid(ada, 1)
    paid(ben, 5)
    page = browser_of(ada).get("/usage/").text
    assert "$1.0000" in page
    assert "$5" not in page
    assert "$6" not in page


def test_a_page_of_usage_takes_the_same_queries_for_any_number_of_calls(
    ada: User, django_assert_max_num_queries: Queries
) -> None:
    client: Client = browser_of(ada)
    for _ in range(30):
        paid(ada, 1)
    client.get("/usage/")  # the first page of a session has more to note
    with django_assert_max_num_queries(8):
        assert "$30.0000" in client.get("/usage/").text


def test_money_keeps_the_price_of_one_token(ada: User) -> None:
    call = asked(ada, model=HAIKU)
    on(19, settled(call, usage={"cache_read_input_tokens": 1}, stop_reason="end_turn"))
    assert reports.total(SPAN.calls()).cost == Decimal("0.00000001")
