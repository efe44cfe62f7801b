"""How far reviewers agree: of each two, over the answers that both marked."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID

from django.db.models import Count

from chatapp.accounts.models import User
from chatapp.conversations.models import Mark

MOST = 20_000  # marks that are looked at, the newest


@dataclass(frozen=True)
class Pair:
    """`kappa` is Cohen's (1960): agreement beyond chance; none where one never varied."""

    one: User
    other: User
    answers: int
    agreed: int
    kappa: float | None

    @property
    def percent(self) -> float:
        return 100 * self.agreed / self.answers


def pairs() -> list[Pair]:
    """Those with the most answers in common first; three queries."""
    both = Mark.objects.values("message").annotate(count=Count("pk")).filter(count__gte=2)
    rows = Mark.objects.filter(message__in=both.values("message"), by__isnull=False)
    verdicts: dict[UUID, dict[int, str]] = defaultdict(dict)
    for message, by, verdict in rows.order_by("-created_at").values_list(
        "message", "by", "verdict"
    )[:MOST]:
        assert by
        verdicts[message][by] = verdict
    together: dict[tuple[int, int], list[tuple[str, str]]] = defaultdict(list)
    for of_message in verdicts.values():
        for one, other in combinations(sorted(of_message), 2):
            together[one, other].append((of_message[one], of_message[other]))
    people = User.objects.in_bulk({pk for pair in together for pk in pair})
    found = [
        Pair(people[a], people[b], len(said), sum(x == y for x, y in said), kappa(said))
        for (a, b), said in together.items()
    ]
    return sorted(found, key=lambda pair: -pair.answers)


def kappa(said: Sequence[tuple[str, str]]) -> float | None:
    """Of pairs of verdicts."""
    n = len(said)
    observed = sum(a == b for a, b in said) / n
    by_chance = sum(
        sum(a == v for a, _ in said) * sum(b == v for _, b in said) / n**2
        for v in Mark.Verdict.values
    )
    return None if by_chance == 1 else (observed - by_chance) / (1 - by_chance)
