"""The models that the picker offers."""

from dataclasses import dataclass

from django.conf import settings

from chatapp.claude import Price, model


@dataclass(frozen=True)
class Offered:
    id: str
    name: str
    note: str


def models_offered() -> list[Offered]:
    found = [model(name, settings.MODEL_OVERRIDES) for name in settings.MODELS_OFFERED]
    return [Offered(m.id, m.name, _note(m.price)) for m in found]


def _note(price: Price | None) -> str:
    """What it costs, for who chooses."""
    return f"${price.input} in, ${price.output} out per million tokens" if price else ""
