"""Answers in the shape of a JSON schema, where a request asks for one."""

import json
from collections.abc import Mapping
from typing import Any

_SENTENCE = "The simulator has no opinion of its own; it answers in the shape that was asked for."


def structured_answer(body: Mapping[str, Any]) -> str | None:
    """JSON that fits `output_config.format`; None where no schema is asked for."""
    asked = (body.get("output_config") or {}).get("format") or {}
    if asked.get("type") != "json_schema":
        return None
    return json.dumps(_fitting(asked.get("schema") or {}))


def _fitting(schema: Mapping[str, Any]) -> Any:
    if schema.get("enum"):
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            return {name: _fitting(of) for name, of in (schema.get("properties") or {}).items()}
        case "array":
            return [_fitting(schema.get("items") or {})]
        case "boolean":
            return True
        case "integer" | "number":
            return 1
        case "null":
            return None
    return _SENTENCE
