"""A summarizer without a model, and how much of the facts a text still tells."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random

from bench.context.conversations import FACT, text, tokens

TOLD = re.compile(re.escape(FACT).replace(r"\{\}", r"(\w+)"))


@dataclass
class Extractor:
    """Keeps the newest value of each fact, and forgets a share of them at every pass.

    It repeats what it was given and nothing else, as a careful summarizer would. What
    does not fit is lost from the oldest end.
    """

    seed: int
    forgets: float = 0.05
    passes: int = 0

    def notes(self, sources: Iterable[str], size: int) -> str:
        """Notes of `size` tokens on the sources, which stand in order of time."""
        self.passes += 1
        facts = told("\n".join(sources))
        lines = [FACT.format(*fact) for fact in facts.items() if not self._slips(fact[0])]
        while sum(map(tokens, lines)) > size:
            del lines[0]
        return text(lines, size)

    def _slips(self, project: str) -> bool:
        return Random(f"{self.seed}/{self.passes}/{project}").random() < self.forgets


def told(said: str) -> dict[str, str]:
    """Each project with the value that was told last, which is what a reader takes."""
    values: dict[str, str] = {}
    for project, value in TOLD.findall(said):
        values.pop(project, None)
        values[project] = value
    return values


@dataclass(frozen=True)
class Recall:
    """Shares of all facts, 0 to 1."""

    held: float
    stale: float


def recall(said: str, truth: Mapping[str, str]) -> Recall:
    """Held: the value told last is the current one. Stale: it is an older one."""
    values = told(said)
    held = sum(values.get(project) == value for project, value in truth.items())
    return Recall(held / len(truth), (len(values) - held) / len(truth))
