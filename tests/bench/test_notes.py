"""The stand-in for a summarizer, and the counting of what is still known."""

from bench.context.conversations import FACT, Kind, conversation, tokens
from bench.context.notes import Extractor, Recall, recall

OLD, NEW, OTHER = FACT.format("p1", "111"), FACT.format("p1", "222"), FACT.format("p2", "333")
TRUTH = {"p1": "222", "p2": "333"}


def test_the_value_that_is_told_last_decides() -> None:
    assert recall(f"{OLD}\n{OTHER}\n{NEW}", TRUTH) == Recall(held=1.0, stale=0.0)
    assert recall(f"{NEW}\n{OTHER}\n{OLD}", TRUTH) == Recall(held=0.5, stale=0.5)


def test_what_is_not_told_is_neither_held_nor_stale() -> None:
    assert recall("word word", TRUTH) == Recall(held=0.0, stale=0.0)
    assert recall(OTHER, TRUTH) == Recall(held=0.5, stale=0.0)


def test_notes_keep_the_newest_value_and_have_their_size() -> None:
    notes = Extractor(seed=1, forgets=0).notes([f"word\n{OLD}", f"{OTHER}\n{NEW} word"], 100)
    assert recall(notes, TRUTH).held == 1
    assert "111" not in notes
    assert tokens(notes) == 100


def test_notes_that_are_too_long_lose_the_oldest_facts() -> None:
    notes = Extractor(seed=1, forgets=0).notes([OTHER, NEW], tokens(NEW))
    assert notes.strip() == NEW


def test_a_pass_forgets_its_share_and_the_same_each_time() -> None:
    lines = [FACT.format(f"p{at}", at) for at in range(2000)]
    first, again = (Extractor(seed=3).notes(lines, 100_000) for _ in range(2))
    assert first == again
    assert 0.03 < 1 - recall(first, {f"p{at}": str(at) for at in range(2000)}).held < 0.07


def test_a_conversation_tells_each_fact_and_changes_a_quarter() -> None:
    made = conversation(Kind(600, facts=True), seed=1)
    said = [turn.user for turn in made.turns]
    assert recall("\n".join(said), made.truth) == Recall(held=1.0, stale=0.0)
    assert len(made.truth) == 150
    assert sum(text.count("Note:") for text in said) == 150 + 38
