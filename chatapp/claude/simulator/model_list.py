"""The models endpoint: limits and capabilities as the API tells them, without prices."""

from typing import Any

from chatapp.claude.catalogue import Model
from chatapp.claude.simulator.validate import known_models


def page_of(after: str | None, limit: int) -> dict[str, Any]:
    """One page of the list of models, beginning behind the id `after`."""
    found = [model_info(each) for each in known_models()]
    ids = [each["id"] for each in found]
    start = ids.index(after) + 1 if after in ids else 0
    page = found[start : start + limit]
    return {
        "data": page,
        "has_more": start + limit < len(found),
        "first_id": page[0]["id"] if page else None,
        "last_id": page[-1]["id"] if page else None,
    }


def model_info(found: Model) -> dict[str, Any]:
    """One model, in the shape of the models endpoint."""

    def supported(yes: bool) -> dict[str, bool]:
        return {"supported": yes}

    adaptive = found.thinking != "budget"
    types = {
        "adaptive": supported(adaptive),
        "enabled": supported(not adaptive),
        "disabled": supported(found.thinking_off == "disabled"),
        "between_tools": supported(found.thinking_off == "between_tools"),
    }
    return {
        "type": "model",
        "id": found.id,
        "display_name": found.name,
        "created_at": "2026-09-22T00:00:00Z",
        "max_input_tokens": found.context_window,
        "max_tokens": found.max_output,
        "lifecycle": "active" if found.current else "legacy",
        "retires_at": None,
        "capabilities": {
            "thinking": {"supported": True, "types": types},
            "image_input": supported(True),
            "pdf_input": supported(True),
            "structured_outputs": supported(True),
        },
    }
