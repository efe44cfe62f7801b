"""The admins' figures, and their way out as CSV."""

import csv
import io
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.utils import timezone

from chatapp.accounts.models import User
from chatapp.context.models import Attempt
from chatapp.usage.models import Call
from tests.conftest import a_prompt, a_thread, browser_of
from tests.usage.asking import asked, paid, settled

pytestmark = pytest.mark.django_db
Queries = Callable[[int], AbstractContextManager[None]]


def test_an_admin_sees_what_everybody_spent(max: User, ada: User, ben: User) -> None:
    paid(ada, 1)
    paid(ben, 2)
    page = browser_of(max).get("/admin/usage/").text
    assert "$3.0000 in 2 calls" in page
    assert "ada@example.com" in page
    assert 'role="img"' in page
    assert "<style" not in page
    assert " style=" not in page


def test_every_plot_has_a_table_of_all_its_figures(max: User, ada: User) -> None:
    call = paid(ada, 1)
    Call.objects.filter(pk=call.pk).update(version=a_prompt("Guide").versions.get())
    usage = {"input_tokens": 300, "cache_read_input_tokens": 100}
    settled(asked(ada), usage=usage, first_token_ms=250, error_type="overloaded_error")
    page = browser_of(max).get("/admin/usage/").text
    plots = page.split('<figure class="chart">')[1:]
    assert len(plots) == 9
    told = ("$1.0006", "25 %", "250 ms", "1", "claude-sonnet-5-5", "answer", "Guide 1")
    told += ("ada@example.com", "overloaded_error")
    for plot, figure in zip(plots, told, strict=True):
        drawn, table = plot.split("<details>")
        assert "<rect" in drawn
        assert f">{figure}</t" in table


def test_the_dashboard_takes_as_many_queries_for_many_calls(
    max: User, ada: User, django_assert_max_num_queries: Queries
) -> None:
    client = browser_of(max)
    for dollars in range(1, 9):
        call = paid(ada, dollars)
        version = a_prompt(f"Guide {dollars}").versions.get()
        Call.objects.filter(pk=call.pk).update(version=version)
    client.get("/admin/usage/")  # the first page of a session has more to note
    with django_assert_max_num_queries(18):
        assert "$36.0000 in 8 calls" in client.get("/admin/usage/").text


def test_others_find_no_such_page(ada: User, sue: User, pat: User) -> None:
    for person in (ada, sue, pat):
        for path in ("/admin/usage/", "/admin/usage/calls.csv", "/admin/budgets/"):
            assert browser_of(person).get(path).status_code == 404


def test_a_span_bounds_what_is_shown(max: User, ada: User) -> None:
    paid(ada, 1)
    page = browser_of(max).get("/admin/usage/?first=2020-01-01&last=2020-01-31").text
    assert "$0.0000 in 0 calls" in page


@pytest.mark.parametrize("span", ["first=x&last=y", "last=9999-99-99", "first=2026-13-01"])
def test_a_broken_span_is_said_and_shows_the_last_days(max: User, span: str) -> None:
    reply = browser_of(max).get(f"/admin/usage/?{span}")
    assert reply.status_code == 200
    assert "cannot be read" in reply.text


def rows_of(admin: User) -> list[dict[str, str]]:
    reply = browser_of(admin).get("/admin/usage/calls.csv")
    assert reply["Content-Disposition"].startswith('attachment; filename="calls-')
    text = b"".join(reply).decode()  # type: ignore[arg-type]
    return list(csv.DictReader(io.StringIO(text)))


def test_calls_leave_as_csv_with_all_their_figures(max: User, ada: User) -> None:
    call = paid(ada, 2)
    Call.objects.filter(pk=call.pk).update(version=a_prompt("Guide").versions.get())
    (row,) = rows_of(max)
    assert row["user__email"] == "ada@example.com"
    assert (row["cost"], row["output_tokens"]) == ("2.000000000", "200000")
    assert row["request_sha256"] == call.sent_request.digest
    assert row["prompt_version"] == "Guide 1"
    assert row["opened_at"].startswith(str(timezone.now().date()))


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_is_a_formula(max: User, ada: User, formula: str) -> None:
    call = settled(asked(ada), error_type=formula)
    Call.objects.filter(pk=call.pk).update(error_type=formula)
    (row,) = rows_of(max)
    assert row["error_type"] == f"'{formula}"


def test_what_the_cache_saved_and_the_notes_did_is_told(max: User, ada: User) -> None:
    usage = {"cache_read_input_tokens": 1_000_000, "cache_creation_input_tokens": 1_000_000}
    settled(asked(ada), usage=usage, stop_reason="end_turn")
    thread = a_thread(ada)
    Attempt.objects.create(conversation=thread, leaf=thread.current_leaf, failure="refusal")
    page = browser_of(max).get("/admin/usage/").text
    # Sonnet 5.5, a million tokens: 2.00 as input, 0.20 read, 2.50 written.
    assert "cache saved $1.3000" in page
    assert "of 1 attempts" in page
    assert "refusal" in page
