"""What speaks for a version when it is published."""

from dataclasses import dataclass
from typing import Any

from chatapp.prompts.models import Version


@dataclass(frozen=True)
class Evidence:
    """The last replay of exactly this version."""

    told: dict[str, Any]


def evidence_for(version: Version) -> Evidence | None:
    return None
