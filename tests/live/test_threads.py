"""A read that a crowd shares."""

import asyncio
import threading

import pytest

from chatapp.live.threads import Gathered


class Reads:
    """Squares of numbers; each read waits until it is let go."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.may_go = threading.Event()
        self.begun = threading.Event()
        self.fails = False
        self.gathered = Gathered(self.read)

    def read(self, numbers: list[int]) -> dict[int, int]:
        self.asked.append(numbers)
        self.begun.set()
        assert self.may_go.wait(30)
        if self.fails:
            raise ValueError("away")
        return {number: number * number for number in numbers}

    async def ask_while_one_is_read(self, *numbers: int) -> list[asyncio.Task[int]]:
        first = asyncio.create_task(self.gathered(1))
        await asyncio.to_thread(self.begun.wait, 30)
        others = [asyncio.create_task(self.gathered(number)) for number in numbers]
        await asyncio.sleep(0)  # lets them ask
        return [first, *others]


@pytest.fixture
def reads() -> Reads:
    return Reads()


async def test_who_asks_alone_is_served(reads: Reads) -> None:
    reads.may_go.set()
    assert await reads.gathered(3) == 9


async def test_who_asks_during_a_read_is_served_by_the_next(reads: Reads) -> None:
    tasks = await reads.ask_while_one_is_read(2, 3, 3, 1)
    reads.may_go.set()
    assert await asyncio.gather(*tasks) == [1, 4, 9, 9, 1]
    assert reads.asked == [[1], [2, 3, 1]]


async def test_what_goes_wrong_is_told_to_all_who_asked(reads: Reads) -> None:
    tasks = await reads.ask_while_one_is_read(2, 3)
    reads.fails = True
    reads.may_go.set()
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(end, ValueError) for end in ends)
    reads.fails = False
    assert await reads.gathered(4) == 16


async def test_one_who_goes_away_leaves_the_others_their_answer(reads: Reads) -> None:
    tasks = await reads.ask_while_one_is_read(2, 3)
    tasks[1].cancel()
    reads.may_go.set()
    assert await tasks[2] == 9
