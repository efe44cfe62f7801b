"""The model of the prompt cache and of what the API charges."""

import pytest

from bench.context.prices import LIFE, Bill, Cache
from chatapp.claude.catalogue import model

SONNET, HAIKU = model("claude-sonnet-4-6"), model("claude-haiku-4-5")
SYSTEM = ("system", 1500)


def test_the_first_request_is_written_and_the_next_reads_it() -> None:
    cache = Cache(minimum=1024)
    assert cache.ask([SYSTEM, ("a", 100)], [0, 1], now=0) == (0, 1600)
    assert cache.ask([SYSTEM, ("a", 100), ("b", 50)], [0, 2], now=10) == (1600, 50)


def test_an_entry_lives_five_minutes_from_its_last_use() -> None:
    cache = Cache(minimum=1024)
    cache.ask([SYSTEM], [0], now=0)
    assert cache.ask([SYSTEM], [0], now=LIFE - 1) == (1500, 0)
    assert cache.ask([SYSTEM], [0], now=2 * LIFE - 2) == (1500, 0)
    assert cache.ask([SYSTEM], [0], now=3 * LIFE - 2) == (0, 1500)


def test_a_changed_block_loses_everything_after_it() -> None:
    cache = Cache(minimum=1024)
    cache.ask([SYSTEM, ("notes 1", 500), ("a", 100)], [0, 1, 2], now=0)
    assert cache.ask([SYSTEM, ("notes 2", 500), ("a", 100)], [0, 1, 2], now=1) == (1500, 600)


def test_a_short_prefix_is_neither_written_nor_read() -> None:
    cache = Cache(minimum=1024)
    assert cache.ask([("a", 1023)], [0], now=0) == (0, 0)
    assert cache.ask([("a", 1023)], [0], now=1) == (0, 0)


def test_a_breakpoint_looks_back_twenty_blocks_only() -> None:
    blocks = [SYSTEM, *((f"b{at}", 10) for at in range(21))]
    for mark, read in ((20, 1500), (21, 0)):
        cache = Cache(minimum=1024)
        cache.ask([SYSTEM], [0], now=0)
        assert cache.ask(blocks[: mark + 1], [mark], now=1)[0] == read


def test_an_answer_costs_its_writes_reads_and_output() -> None:
    bill = Bill(SONNET, HAIKU)
    bill.answer([SYSTEM], [0], 0, 100)
    assert bill.cost == pytest.approx((1500 * 3 * 1.25 + 100 * 15) / 1e6)
    bill.answer([SYSTEM, ("a", 100)], [0, 1], 1, 0)
    assert bill.cost == pytest.approx((1500 * 4.05 + 100 * 3.75 + 100 * 15) / 1e6)
    assert bill.cached == pytest.approx(1500 / 3100)


def test_notes_are_charged_at_the_price_of_their_own_model() -> None:
    bill = Bill(SONNET, HAIKU)
    bill.summary(10_000, 1_000)
    assert bill.cost == pytest.approx(0.015)
    assert bill.input == 0
