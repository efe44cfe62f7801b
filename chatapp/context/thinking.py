"""Whether Claude thinks before it answers, as each generation of models takes it."""

from typing import Any, Final

from chatapp.claude import Model

SUMMARIZED: Final = "summarized"
LEAST_BUDGET: Final = 1_024  # tokens (Messages API, extended thinking)
BUDGET: Final = 8_000  # tokens, of models that are told how many


def thinking_of(chosen: Model, wanted: bool | None, max_tokens: int) -> dict[str, Any] | None:
    """The request's `thinking` field; None sends none. `wanted` None: as usual here.

    Usual is that all models think that decide by themselves how much. One that cannot be
    kept from it thinks whatever is wanted.
    """
    if not chosen.known:
        return None
    if chosen.thinking == "budget":
        budget = min(BUDGET, max_tokens // 2)
        if not wanted or budget < LEAST_BUDGET:
            return None
        return {"type": "enabled", "budget_tokens": budget}
    if wanted is False and chosen.thinking != "always":
        return {"type": chosen.thinking_off} if chosen.thinking_off else None
    # Without a word, the newest models think and leave the text of it out.
    return {"type": "adaptive", "display": SUMMARIZED}
