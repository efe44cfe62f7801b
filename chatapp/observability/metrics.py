"""Counters, gauges and histograms of this process, in Prometheus' text format.

    DELTAS = METRICS.counter("chatapp_deltas_total", "Deltas received from Claude.")
    ANSWERS = METRICS.counters("chatapp_answers_total", "Finished answers.", "stop_reason")
    FIRST_WORD = METRICS.histogram("chatapp_first_word_seconds", "Send to first word.", SECONDS)

    DELTAS.inc()
    ANSWERS.labels("end_turn").inc()
    with FIRST_WORD.time(): ...

Format: https://prometheus.io/docs/instrumenting/exposition_formats/ (text, 0.0.4).
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from threading import Lock
from time import perf_counter
from typing import Generic, Protocol, TypeVar

NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# Upper bounds in seconds, from one tick of the runner to the longest answer.
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)


class Metric(Protocol):
    def samples(self) -> Iterator[tuple[str, str, float]]:
        """Suffix of the name, label of the sample itself, value."""


M = TypeVar("M", bound=Metric)


class Counter:
    """Only grows. About a tenth of a microsecond, so it may stand on the way of every delta."""

    __slots__ = ("_lock", "_value")

    def __init__(self) -> None:
        self._lock = Lock()
        self._value: float = 0

    def inc(self, by: float = 1) -> None:
        """Raises ValueError when `by` is negative."""
        if by < 0:
            raise ValueError("a counter only grows")
        # Sync views run in threads, where `+=` alone can lose an increment.
        with self._lock:
            self._value += by

    def samples(self) -> Iterator[tuple[str, str, float]]:
        yield "", "", self._value


class Gauge:
    """A figure that goes up and down."""

    __slots__ = ("_lock", "_value")

    def __init__(self) -> None:
        self._lock = Lock()
        self._value: float = 0

    def inc(self, by: float = 1) -> None:
        with self._lock:
            self._value += by

    def dec(self, by: float = 1) -> None:
        self.inc(-by)

    def set(self, value: float) -> None:
        self._value = value

    def samples(self) -> Iterator[tuple[str, str, float]]:
        yield "", "", self._value


class Histogram:
    """How often a figure fell under each of some bounds; answers "what is the 95th percentile"."""

    __slots__ = ("_bounds", "_counts", "_lock", "_sum")

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = tuple(sorted(bounds))
        self._counts = [0] * (len(self._bounds) + 1)
        self._sum = 0.0
        self._lock = Lock()

    def observe(self, value: float) -> None:
        place = bisect_left(self._bounds, value)
        with self._lock:
            self._counts[place] += 1
            self._sum += value

    @contextmanager
    def time(self) -> Iterator[None]:
        """Observe how many seconds the block took, also when it raised."""
        begun = perf_counter()
        try:
            yield
        finally:
            self.observe(perf_counter() - begun)

    def samples(self) -> Iterator[tuple[str, str, float]]:
        with self._lock:
            running, total = list(accumulate(self._counts)), self._sum
        for bound, count in zip((*self._bounds, float("inf")), running, strict=True):
            yield "_bucket", f'le="{_number(bound)}"', count
        yield "_sum", "", total
        yield "_count", "", running[-1]


class Family(Generic[M]):
    """The metrics that share a name and differ by their labels."""

    def __init__(self, make: Callable[[], M], label_names: tuple[str, ...]) -> None:
        self._make = make
        self._label_names = label_names
        self._members: dict[tuple[str, ...], M] = {}
        self._lock = Lock()

    def labels(self, *values: str) -> M:
        """The metric for these values, in the order of the names; hold on to it on a hot path.

        Raises ValueError when there are more or fewer values than names.
        """
        member = self._members.get(values)
        if member is not None:
            return member
        if len(values) != len(self._label_names):
            raise ValueError(f"expected {self._label_names}, got {values}")
        with self._lock:
            return self._members.setdefault(values, self._make())

    def lines(self, name: str) -> Iterator[str]:
        for values, member in sorted(self._members.items()):
            pairs = zip(self._label_names, values, strict=True)
            own = [f'{label}="{_escaped(value)}"' for label, value in pairs]
            for suffix, extra, figure in member.samples():
                labels = ",".join(filter(None, [*own, extra]))
                yield f"{name}{suffix}{labels and f'{{{labels}}}'} {_number(figure)}"


class Registry:
    """All metrics by name. Each maker raises ValueError for a wrong or a taken name."""

    def __init__(self) -> None:
        self._lines: dict[str, tuple[str, Callable[[str], Iterator[str]]]] = {}

    def counter(self, name: str, meaning: str) -> Counter:
        return self.counters(name, meaning).labels()

    def counters(self, name: str, meaning: str, *labels: str) -> Family[Counter]:
        return self._added("counter", name, meaning, Family(Counter, labels))

    def gauge(self, name: str, meaning: str) -> Gauge:
        return self.gauges(name, meaning).labels()

    def gauges(self, name: str, meaning: str, *labels: str) -> Family[Gauge]:
        return self._added("gauge", name, meaning, Family(Gauge, labels))

    def histogram(self, name: str, meaning: str, bounds: Sequence[float] = SECONDS) -> Histogram:
        return self.histograms(name, meaning, bounds=bounds).labels()

    def histograms(
        self, name: str, meaning: str, *labels: str, bounds: Sequence[float] = SECONDS
    ) -> Family[Histogram]:
        return self._added("histogram", name, meaning, Family(lambda: Histogram(bounds), labels))

    def exposition(self) -> str:
        """Everything, as a page for Prometheus to read; serve it as `CONTENT_TYPE`."""
        lines = [
            line
            for name, (head, body) in sorted(self._lines.items())
            for line in (head, *body(name))
        ]
        return "".join(f"{line}\n" for line in lines)

    def _added(self, kind: str, name: str, meaning: str, family: Family[M]) -> Family[M]:
        if not NAME.fullmatch(name) or name in self._lines:
            raise ValueError(f"{name!r} is no name for a metric, or is taken")
        sentence = meaning.replace("\\", "\\\\").replace("\n", "\\n")
        self._lines[name] = (f"# HELP {name} {sentence}\n# TYPE {name} {kind}", family.lines)
        return family


def _number(value: float) -> str:
    return "+Inf" if value == float("inf") else repr(value)


def _escaped(label: str) -> str:
    return label.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


# One for the process: what is counted here is the process.
METRICS = Registry()
exposition = METRICS.exposition
