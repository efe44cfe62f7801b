"""`python -m bench.context [--seeds 5]`: print the tables."""

import argparse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import mean

from bench.context.conversations import Conversation, Kind, conversation
from bench.context.notes import Extractor, recall
from bench.context.prices import Bill
from bench.context.replays import BENCH_PYTHON, Planned, Replay, full, summary_buffer
from chatapp.claude.catalogue import model

CARDS = {
    "2/10, notes 0.10/0.50": ("claude-sonnet-5-5", "claude-haiku-5-5"),
    "3/15, notes 1/5": ("claude-sonnet-4-6", "claude-haiku-4-5"),
}
LENGTHS = (50, 200, 1000)
RECALLED = Kind(600, facts=True)
Way = Callable[[Conversation, Bill, int], Replay]


def planned(made: Conversation, bill: Bill, seed: int) -> Replay:
    return Planned(bill, Extractor(seed)).replay(made)


def on_return_late(made: Conversation, bill: Bill, seed: int) -> Replay:
    """Whoever comes back sends before the notes are there, every time."""
    return Planned(bill, Extractor(seed), lead=0.0).replay(made)


def everything(made: Conversation, bill: Bill, seed: int) -> Replay:
    return full(made, bill)


@dataclass(frozen=True)
class Bench:
    """All replays of one card of prices, over the same conversations."""

    card: str
    seeds: range
    has_langchain: bool

    def run(self, way: Way, kind: Kind) -> list[Replay]:
        chosen, summarizer = map(model, CARDS[self.card])
        return [
            way(conversation(kind, seed), Bill(chosen, summarizer), seed) for seed in self.seeds
        ]

    def langchain(self, kind: Kind) -> list[Replay]:
        return self.run(summary_buffer, kind) if self.has_langchain else []

    def costs(self) -> None:
        table(
            f"Cost at {self.card}", "chat, turns, full $, LangChain $, app $, of full, of LangChain"
        )
        for kind in kinds():
            all, theirs, ours = (
                self.run(everything, kind),
                self.langchain(kind),
                self.run(planned, kind),
            )
            dollars = [f"{mean_of(costs(some)):.2f}" for some in (all, theirs, ours)]
            row(name(kind), kind.turns, *dollars, parts(ours, all), parts(ours, theirs))

    def behaviour(self) -> None:
        table(
            "What is sent",
            "chat, turns, way, mean input, peak input, cached, cached without long pauses, "
            "calls for notes, turns that waited, longer tails, left out",
        )
        for kind in kinds():
            for title, way in (
                ("full", everything),
                ("LangChain", summary_buffer),
                ("app", planned),
            ):
                if way is not summary_buffer or self.has_langchain:
                    found, warm = self.run(way, kind), self.run(way, replace(kind, cold=0.0))
                    row(name(kind), kind.turns, title, *sent(found, warm))

    def return_late(self) -> None:
        table("If notes on return always come too late", "chat, turns, app, of full")
        for kind in kinds():
            row(
                name(kind),
                kind.turns,
                parts(self.run(on_return_late, kind), self.run(everything, kind)),
            )

    def recalls(self) -> None:
        table(f"Facts after {RECALLED.turns} turns", "chat, way, held, stale")
        for kind in (RECALLED, replace(RECALLED, heavy=True)):
            for title, way in (("LangChain", summary_buffer), ("app", planned)):
                if way is not summary_buffer or self.has_langchain:
                    row(name(kind), title, *self.recall(way, kind))

    def recall(self, way: Way, kind: Kind) -> tuple[str, str]:
        truths = [conversation(kind, seed).truth for seed in self.seeds]
        found = [recall(r.sent, t) for r, t in zip(self.run(way, kind), truths, strict=True)]
        return spread([f.held for f in found], ".1%"), spread([f.stale for f in found], ".1%")


def kinds() -> list[Kind]:
    return [Kind(turns, heavy) for heavy in (False, True) for turns in LENGTHS]


def name(kind: Kind) -> str:
    return "heavy" if kind.heavy else "plain"


def costs(replays: Iterable[Replay]) -> list[float]:
    return [replay.bill.cost for replay in replays]


def mean_of(figures: Sequence[float]) -> float:
    return mean(figures) if figures else float("nan")


def parts(ours: Sequence[Replay], theirs: Sequence[Replay]) -> str:
    """Our cost in parts of theirs, conversation by conversation."""
    return spread([a / b for a, b in zip(costs(ours), costs(theirs), strict=False)], ".2f")


def spread(figures: Sequence[float], form: str) -> str:
    if not figures:
        return "not measured"
    return f"{mean(figures):{form}} ({min(figures):{form}} to {max(figures):{form}})"


def sent(found: Sequence[Replay], warm: Sequence[Replay]) -> list[str]:
    bills = [replay.bill for replay in found]
    return [
        f"{mean(bill.input / bill.requests for bill in bills) / 1000:.1f}k",
        f"{max(bill.peak for bill in bills) / 1000:.1f}k",
        f"{mean(bill.cached for bill in bills):.1%}",
        spread([replay.bill.cached for replay in warm], ".1%"),
        f"{mean(bill.summaries for bill in bills):.0f}",
        f"{mean(bill.waits for bill in bills):.0f}",
        f"{mean(replay.late for replay in found):.0f}",
        f"{mean(replay.left_out for replay in found):.0f}",
    ]


def table(title: str, columns: str) -> None:
    print(f"\n### {title}\n")
    row(*columns.split(", "))
    row(*["---"] * len(columns.split(", ")))


def row(*cells: object) -> None:
    print("|", " | ".join(map(str, cells)), "|", flush=True)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--seeds", type=int, default=5)
    seeds = range(1, options.parse_args().seeds + 1)
    has_langchain = BENCH_PYTHON.exists()
    if not has_langchain:
        print("LangChain is not installed here: `make bench-context` installs it.")
    today, other = (Bench(card, seeds, has_langchain) for card in CARDS)
    print(f"{len(seeds)} conversations of each kind: the mean, and from the least to the most.")
    today.costs()
    other.costs()
    today.return_late()
    today.behaviour()
    today.recalls()


if __name__ == "__main__":
    main()
