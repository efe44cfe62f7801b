"""`python -m bench.context [--seeds 5] [--marks start=24000,keep=4000]`: print the tables."""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import mean

from bench.context.conversations import Kind, conversation
from bench.context.notes import Extractor, recall
from bench.context.prices import Bill
from bench.context.replays import BENCH_PYTHON, Planned, Replay, full, summary_buffer
from chatapp.claude.catalogue import model
from chatapp.context.policy import Marks

CARDS = {
    "2/10, notes 0.10/0.50": ("claude-sonnet-5-5", "claude-haiku-5-5"),
    "3/15, notes 1/5": ("claude-sonnet-4-6", "claude-haiku-4-5"),
}
TODAY = next(iter(CARDS))
KINDS = [Kind(turns, heavy) for heavy in (False, True) for turns in (50, 200, 1000)]
FACTS = [Kind(600, heavy, facts=True) for heavy in (False, True)]


@dataclass(frozen=True)
class Bench:
    """Replays of the same conversations, one for each seed."""

    seeds: range
    marks: Marks

    def run(self, way: str, kind: Kind, card: str = TODAY) -> list[Replay]:
        answers, notes = CARDS[card]
        return [
            self.once(way, kind, Bill(model(answers), model(notes)), seed) for seed in self.seeds
        ]

    def once(self, way: str, kind: Kind, bill: Bill, seed: int) -> Replay:
        made = conversation(kind, seed)
        if way == "full":
            return full(made, bill)
        if way == "LangChain":
            return summary_buffer(made, bill, seed)
        lead = 0.0 if way == "late" else 30.0
        return Planned(bill, Extractor(seed), self.marks, lead).replay(made)

    def costs(self, card: str) -> None:
        table("chat, turns, full $, LangChain $, app $, of full, of LangChain, late: of full")
        for kind in KINDS:
            paid = {
                way: [replay.bill.cost for replay in self.run(way, kind, card)]
                for way in ("full", *compared(), "late")
            }
            dollars = [f"{mean(paid[way]):.2f}" if way in paid else "-" for way in WAYS]
            pairs = (("app", "full"), ("app", "LangChain"), ("late", "full"))
            row(kind, kind.turns, *dollars, *(parts(paid[a], paid.get(b, [])) for a, b in pairs))

    def behaviour(self) -> None:
        table(
            "chat, turns, way, mean input, peak, cached, cached without long pauses, "
            "calls for notes, turns that waited, longer tails, left out"
        )
        for kind in KINDS:
            for way in compared():
                warm = self.run(way, replace(kind, cold=0.0))
                row(kind, kind.turns, way, *sent(self.run(way, kind), warm))

    def recalls(self) -> None:
        table("chat, way, held, stale")
        for kind in FACTS:
            truths = [conversation(kind, seed).truth for seed in self.seeds]
            for way in compared():
                replays = zip(self.run(way, kind), truths, strict=True)
                found = [recall(replay.sent, truth) for replay, truth in replays]
                held, stale = [each.held for each in found], [each.stale for each in found]
                row(kind, way, spread(held, ".1%"), spread(stale, ".1%"))


WAYS = ("full", "LangChain", "app")


def compared() -> Iterator[str]:
    return (way for way in WAYS[1:] if way == "app" or BENCH_PYTHON.exists())


def parts(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """Our cost in parts of theirs, conversation by conversation."""
    return spread([a / b for a, b in zip(ours, theirs, strict=False)], ".2f")


def spread(figures: Sequence[float], form: str) -> str:
    if not figures:
        return "-"
    return f"{mean(figures):{form}} ({min(figures):{form}} to {max(figures):{form}})"


def sent(found: Sequence[Replay], warm: Sequence[Replay]) -> Iterator[str]:
    bills = [replay.bill for replay in found]
    yield f"{mean(bill.input / bill.requests for bill in bills) / 1000:.1f}k"
    yield f"{max(bill.peak for bill in bills) / 1000:.1f}k"
    yield f"{mean(bill.cached for bill in bills):.1%}"
    yield spread([replay.bill.cached for replay in warm], ".1%")
    yield f"{mean(bill.summaries for bill in bills):.0f}"
    yield f"{mean(bill.waits for bill in bills):.0f}"
    yield f"{mean(replay.late for replay in found):.0f}"
    yield f"{mean(replay.left_out for replay in found):.0f}"


def table(columns: str) -> None:
    cells = columns.split(", ")
    row(*cells)
    row(*["---"] * len(cells))


def row(*cells: object) -> None:
    print("|", " | ".join(map(str, cells)), "|", flush=True)


def marks(given: str) -> Marks:
    changes: Iterable[list[str]] = (each.split("=") for each in given.split(",") if each)
    return Marks(**{name: int(value) for name, value in changes})


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--seeds", type=int, default=5)
    options.add_argument("--marks", type=marks, default=Marks())
    asked = options.parse_args()
    bench = Bench(range(1, asked.seeds + 1), asked.marks)
    if not BENCH_PYTHON.exists():
        print("LangChain is not installed here: `make bench-context` installs it.\n")
    print(f"{asked.marks}\n{asked.seeds} conversations of each kind: mean (least to most).")
    for card in CARDS:
        print(f"\n### Cost at {card} dollars\n")
        bench.costs(card)
    print("\n### What is sent\n")
    bench.behaviour()
    # Single conversations differ by ten points, so recall takes more of them.
    print(f"\n### Facts after {FACTS[0].turns} turns, {4 * asked.seeds} conversations\n")
    replace(bench, seeds=range(1, 4 * asked.seeds + 1)).recalls()


if __name__ == "__main__":
    main()
