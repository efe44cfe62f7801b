"""Models as this installation offers and prices them: settings, and over them what admins set.

Prices are asked for whenever a call is settled, so the few rows are kept in the process. A
change is known at once where it was made, and within `SECONDS` everywhere else.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from functools import lru_cache
from time import monotonic
from typing import Any

from django.conf import settings

from chatapp.claude import Model, Price, model
from chatapp.usage.models import ModelOffer

SECONDS = 5
PRICES = tuple(field.name for field in fields(Price))


def offered() -> list[str]:
    """Ids of the models that may be chosen, in order; never empty.

    As soon as admins offer one, only those that they offer.
    """
    rows = [row for row in _rows().values() if row.is_offered]
    return [row.model for row in rows] or list(settings.MODELS_OFFERED)


def catalogued(model_id: str) -> Model:
    """The model, with what settings and then admins replace in it.

    A price that admins set holds for prompts of any length.
    """
    found = model(model_id, settings.MODEL_OVERRIDES)
    row = _rows().get(model_id)
    if row is None:
        return found
    given = {name: getattr(row, name) for name in PRICES if getattr(row, name) is not None}
    return replace(
        found,
        price=_priced(found.price, given),
        long_price=_priced(found.long_price, given) if found.long_price else None,
        context_window=row.context_window or found.context_window,
    )


def forget() -> None:
    """Read the rows anew when somebody asks next."""
    _read.cache_clear()


def _priced(price: Price | None, given: Mapping[str, Any]) -> Price | None:
    """Without a price in the catalogue, cache prices follow the published multiples."""
    if price:
        return replace(price, **given)
    if "input" not in given or "output" not in given:
        return None
    base = given["input"]
    multiples = {"cache_write_5m": base * 5 / 4, "cache_write_1h": base * 2}
    return Price(**{**multiples, "cache_read": base / 10, **given})


def _rows() -> Mapping[str, ModelOffer]:
    return _read(int(monotonic() // SECONDS))


@lru_cache(maxsize=1)
def _read(period: int) -> Mapping[str, ModelOffer]:
    """The rows, read once for each period."""
    return {row.model: row for row in ModelOffer.objects.order_by("position", "pk")}
