"""Made-up conversations: sizes, pauses and facts, all from a seed."""

from dataclasses import dataclass, field
from random import Random

USER, ASSISTANT, PASTE, JITTER = 80, 350, 2000, 0.4  # tokens
PASTE_EVERY = 3  # turns
FACT_EVERY = 4  # turns
CHANGED = 4  # one fact in so many
FACT = "Note: the limit of project {} is {} because the tests of that week showed nothing else."


@dataclass(frozen=True)
class Kind:
    """What sort of conversation; `cold` is the share of pauses longer than the cache lives."""

    turns: int
    heavy: bool = False
    cold: float = 0.1
    facts: bool = False

    def __str__(self) -> str:
        return "heavy" if self.heavy else "plain"


@dataclass(frozen=True)
class Turn:
    user: str
    assistant: str
    pause: float  # seconds before it


@dataclass
class Conversation:
    turns: list[Turn] = field(default_factory=list)
    truth: dict[str, str] = field(default_factory=dict)  # project: its value in the end


def conversation(kind: Kind, seed: int) -> Conversation:
    # One source of chance each, so that pauses are the same with and without facts.
    sizes, pauses, values = (Random(f"{seed}/{what}") for what in ("sizes", "pauses", "values"))
    made = Conversation()
    facts = _facts(kind.turns, values, made.truth) if kind.facts else {}
    for at in range(kind.turns):
        said = facts.get(at, [])
        paste = PASTE if kind.heavy and at % PASTE_EVERY == 0 else 0
        user = _jittered(sizes, USER) + _jittered(sizes, paste)
        made.turns.append(
            Turn(
                user=text(said, user),
                assistant=text([], _jittered(sizes, ASSISTANT)),
                pause=_pause(pauses, kind.cold),
            )
        )
    return made


def text(lines: list[str], size: int) -> str:
    """These lines, and as many words without meaning as are lacking."""
    held = sum(tokens(line) for line in lines)
    return "\n".join([*lines, " ".join(["word"] * (size - held))])


def tokens(said: str) -> int:
    return len(said.split())


def _facts(turns: int, chance: Random, truth: dict[str, str]) -> dict[int, list[str]]:
    said: dict[int, list[str]] = {}
    for number, at in enumerate(range(0, turns, FACT_EVERY)):
        times = [at]
        if number % CHANGED == 0 and at + 1 < turns:
            times.append(chance.randrange(at + 1, turns))
        for time in times:
            truth[f"p{number}"] = str(chance.randrange(10_000, 100_000))
            said.setdefault(time, []).append(FACT.format(f"p{number}", truth[f"p{number}"]))
    return said


def _jittered(chance: Random, size: int) -> int:
    return round(size * chance.uniform(1 - JITTER, 1 + JITTER))


def _pause(chance: Random, cold: float) -> float:
    long = chance.random() < cold
    return chance.uniform(600, 6000) if long else chance.uniform(5, 240)
