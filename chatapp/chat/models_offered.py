"""The models that the picker offers."""

from dataclasses import dataclass

from django.conf import settings

from chatapp.claude import Price, model


@dataclass(frozen=True)
class Offered:
    id: str
    name: str
    note: str


def models_offered(chosen: str) -> list[Offered]:
    """What may be chosen; the one in use stays, also when it is offered no more."""
    ids = dict.fromkeys([*settings.MODELS_OFFERED, chosen])
    found = [model(id, settings.MODEL_OVERRIDES) for id in ids]
    return [Offered(m.id, m.name, _note(m.price)) for m in found]


def _note(price: Price | None) -> str:
    """What it costs, for who chooses."""
    return f"${price.input} in, ${price.output} out per million tokens" if price else ""
