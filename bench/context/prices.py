"""What the API charges for a row of requests: a model of its prompt cache.

Source: the provider's page on prompt caching. An entry is written at each breakpoint,
if the prefix is long enough; it lives for five minutes after its last use; a breakpoint
finds an entry at most twenty blocks before it. Only whole equal prefixes count.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from chatapp.claude.catalogue import MILLION, Model

LIFE = 300.0  # seconds
LOOK_BACK = 20  # blocks
Block = tuple[str, int]  # what it is, tokens


@dataclass
class Cache:
    """Prefixes are numbered as they are met, so that equal ones have one number."""

    minimum: int
    numbers: dict[tuple[int, str], int] = field(default_factory=dict)
    used: dict[int, float] = field(default_factory=dict)

    def ask(self, blocks: Sequence[Block], marks: Sequence[int], now: float) -> tuple[int, int]:
        """Tokens read and written for a request whose breakpoints stand after these blocks."""
        prefixes = self._prefixes(blocks)
        marks = [mark for mark in marks if prefixes[mark][1] >= self.minimum]
        hit = max((at for mark in marks for at in self._near(prefixes, mark, now)), default=-1)
        read = prefixes[hit][1] if hit >= 0 else 0
        for number, _ in (prefixes[mark] for mark in marks):
            self.used[number] = now
        if hit >= 0:
            self.used[prefixes[hit][0]] = now
        return read, (prefixes[marks[-1]][1] - read if marks else 0)

    def _prefixes(self, blocks: Sequence[Block]) -> list[tuple[int, int]]:
        found, number, total = [], 0, 0
        for name, size in blocks:
            number = self.numbers.setdefault((number, name), len(self.numbers) + 1)
            total += size
            found.append((number, total))
        return found

    def _near(self, prefixes: Sequence[tuple[int, int]], mark: int, now: float) -> list[int]:
        near = range(max(0, mark - LOOK_BACK), mark + 1)
        return [at for at in near if now - self.used.get(prefixes[at][0], -LIFE) < LIFE]


@dataclass
class Bill:
    """What one conversation cost, in dollars, and how. Tokens and prices of one model."""

    model: Model
    summarizer: Model
    cost: float = 0.0
    input: int = 0
    read: int = 0
    peak: int = 0
    requests: int = 0
    summaries: int = 0
    waits: int = 0
    cache: Cache = field(init=False)

    def __post_init__(self) -> None:
        self.cache = Cache(self.model.minimum_cacheable)

    @property
    def cached(self) -> float:
        """The share of the answers' input that was read from the cache."""
        return self.read / self.input

    def answer(
        self, blocks: Sequence[Block], marks: Sequence[int], now: float, output: int
    ) -> None:
        read, written = self.cache.ask(blocks, marks, now)
        size = sum(tokens for _, tokens in blocks)
        self._charge(self.model, (size - read - written, written, read, output))
        self.input += size
        self.read += read
        self.peak = max(self.peak, size)
        self.requests += 1

    def summary(self, input: int, output: int) -> None:
        """A call for notes; its prefix is new each time, so nothing is cached."""
        self._charge(self.summarizer, (input, 0, 0, output))
        self.summaries += 1

    def _charge(self, model: Model, tokens: tuple[int, int, int, int]) -> None:
        price = model.price_for(sum(tokens[:3]))
        assert price is not None
        prices = (price.input, price.cache_write_5m, price.cache_read, price.output)
        self.cost += sum(n * float(p) for n, p in zip(tokens, prices, strict=True)) / MILLION
