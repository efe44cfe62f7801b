"""What speaks for a version when it is published."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from chatapp.prompts.models import Version
from chatapp.workbench.replays import last_replay, progress


@dataclass(frozen=True)
class Evidence:
    """The last replay of exactly this version, as it is kept with a publication."""

    told: dict[str, Any]


def evidence_for(version: Version) -> Evidence | None:
    replay = last_replay(version)
    if replay is None:
        return None
    found = progress(replay)
    with override(settings.LANGUAGE_CODE):
        summary = found.summary
    return Evidence(
        {
            "replay": str(replay.pk),
            "url": reverse("workbench:show_replay", args=[replay.pk]),
            "summary": summary,
            "total": found.total,
            "passed": found.good,
            "worse": found.worse,
            "failed": found.failed,
        }
    )
