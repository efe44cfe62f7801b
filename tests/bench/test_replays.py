"""The app's planner and the whole history, replayed."""

from bench.context.conversations import Kind, conversation
from bench.context.notes import Extractor, recall
from bench.context.prices import Bill
from bench.context.replays import Planned, full
from chatapp.claude.catalogue import model


def a_bill() -> Bill:
    return Bill(model("claude-sonnet-5-5"), model("claude-haiku-5-5"))


def planned(forgets: float = 0.05, lead: float = 30.0) -> Planned:
    return Planned(a_bill(), Extractor(1, forgets), lead=lead)


def test_a_short_conversation_costs_what_the_whole_history_costs() -> None:
    made = conversation(Kind(10), seed=1)
    assert planned().replay(made).bill.cost == full(made, a_bill()).bill.cost


def test_a_long_conversation_costs_less_than_half_and_nobody_waits() -> None:
    made = conversation(Kind(200), seed=1)
    ours, whole = planned().replay(made), full(made, a_bill())
    assert ours.bill.cost < whole.bill.cost / 2
    assert (ours.bill.waits, ours.left_out) == (0, 0)


def test_the_tail_gets_longer_while_notes_are_not_there() -> None:
    made = conversation(Kind(200), seed=1)
    in_time, too_late = (planned(lead=lead).replay(made) for lead in (30.0, 0.0))
    assert too_late.late > in_time.late
    assert too_late.bill.waits == 0
    assert too_late.bill.peak > in_time.bill.peak


def test_a_summarizer_that_forgets_nothing_loses_nothing() -> None:
    made = conversation(Kind(200, facts=True), seed=1)
    sent = planned(forgets=0).replay(made).sent
    assert recall(sent, made.truth).held == 1


def test_the_same_seed_gives_the_same_bill() -> None:
    bills = []
    for _ in range(2):
        made = conversation(Kind(100, heavy=True), seed=7)
        bills.append(planned().replay(made).bill.cost)
    assert bills[0] == bills[1]
