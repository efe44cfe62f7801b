"""The models that the picker offers."""

from dataclasses import dataclass

from chatapp.claude import Price
from chatapp.usage import offers


@dataclass(frozen=True)
class Offered:
    id: str
    name: str
    note: str


def models_offered(chosen: str) -> list[Offered]:
    """What may be chosen; the one in use stays, also when it is offered no more."""
    ids = dict.fromkeys([*offers.offered(), chosen])
    found = [offers.catalogued(id) for id in ids]
    return [Offered(m.id, m.name, _note(m.price)) for m in found]


def _note(price: Price | None) -> str:
    """What it costs, for who chooses."""
    return f"${price.input} in, ${price.output} out per million tokens" if price else ""
