"""The models that the picker offers."""

from dataclasses import dataclass

from django.conf import settings

from chatapp.claude.catalogue import model


@dataclass(frozen=True)
class Offered:
    id: str
    name: str
    note: str


def models_offered() -> list[Offered]:
    found = [model(name, settings.MODEL_OVERRIDES) for name in settings.MODELS_OFFERED]
    return [Offered(m.id, m.name, m.note) for m in found]
