"""The figures of the process are for administrators alone."""

from chatapp.accounts.models import User
from chatapp.usage.metrics import note_rate_limits
from tests.conftest import browser_of


def test_an_administrator_reads_the_figures(max: User) -> None:
    reply = browser_of(max).get("/metrics/")
    assert reply.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert "# TYPE chatapp_claude_rate_limit gauge" in reply.text


def test_nobody_else_learns_that_there_are_any(ada: User, sue: User, pat: User) -> None:
    for person in (ada, sue, pat):
        assert browser_of(person).get("/metrics/").status_code == 404


def test_the_rate_limits_of_the_last_answer_are_among_them(max: User) -> None:
    note_rate_limits({"requests-remaining": "998", "requests-reset": "2026-11-20T22:00:00Z"})
    page = browser_of(max).get("/metrics/").text
    assert 'chatapp_claude_rate_limit{name="requests-remaining"} 998' in page
    assert "requests-reset" not in page
