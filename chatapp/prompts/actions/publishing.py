"""What answers people: publishing, taking back, rolling out to some.

Everything here moves the production label of a locked prompt or its rollout, and is
on record twice: as a publication, and in the log of changes.
"""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from chatapp.accounts.audit import record
from chatapp.accounts.models import User
from chatapp.errors import Conflict, Unusable
from chatapp.prompts.actions.writing import locked
from chatapp.prompts.models import PRODUCTION, Label, Prompt, Publication, Rollout, Version

NO_NOTE = gettext_lazy("Say in a note what changes and why.")


@dataclass(frozen=True)
class Thresholds:
    """What ends a rollout by itself. Percent; of the cost, against the control's."""

    min_answers: int = 50
    max_down_percent: int | None = None
    max_error_percent: int | None = None
    max_cost_percent: int | None = None


def live_version(prompt: Prompt) -> Version | None:
    """The version that the production label points to."""
    label = prompt.labels.select_related("version").filter(name=PRODUCTION).first()
    return label.version if label else None


@transaction.atomic
def publish(
    version: Version,
    by: User,
    note: str,
    *,
    instead_of: Version | None,
    label: str = PRODUCTION,
    evidence: dict[str, Any] | None = None,
) -> Publication:
    """Have a label point to a version; from the next turn on it answers.

    `instead_of` is what the person saw the label point to. Raises Unusable without a
    note, and Conflict when something else was published meanwhile, the version is
    retired, or its approval is missing.
    """
    prompt = locked(version.prompt)
    if not note.strip():
        raise Unusable(str(NO_NOTE))
    before = _pointed(prompt, label)
    if before != instead_of:
        raise Conflict(
            gettext("Something else was published meanwhile. Look at the difference anew.")
        )
    if before == version:
        raise Conflict(
            gettext("%(version)s is what %(label)s points to already.")
            % {"version": version, "label": label}
        )
    require_publishable(prompt, version, label)
    if label == PRODUCTION:
        # Its control is no longer what the others get: there is nothing left to compare.
        _end_live(prompt, by, Rollout.End.STOPPED, f"{version} was published.")
    kind = Publication.Kind.PUBLISHED
    return _point(prompt, label, version, by, (kind, note), evidence)


@transaction.atomic
def roll_back(prompt: Prompt, by: User) -> Publication:
    """Back to what production pointed to before. Raises Conflict when there is nothing."""
    # What counts is what is live now, not what the page showed: back is back.
    prompt = locked(prompt)
    last = prompt.publications.filter(label=PRODUCTION).first()
    target = last.before if last else None
    if target is None:
        raise Conflict(gettext("There is no version before this one."))
    _end_live(prompt, by, Rollout.End.STOPPED, "Production was rolled back.")
    note = f"Back from {_pointed(prompt, PRODUCTION)} to {target}."
    return _point(prompt, PRODUCTION, target, by, (Publication.Kind.ROLLED_BACK, note))


@transaction.atomic
def retire_version(version: Version, by: User, *, on: bool) -> None:
    """Take a version out of use for good, or give it back. Raises Conflict while it answers."""
    prompt = locked(version.prompt)
    if on and (version.labels.exists() or _is_in_rollout(prompt, version)):
        raise Conflict(gettext("This version is in use. Move its labels first."))
    version.retired_at = timezone.now() if on else None
    version.save(update_fields=["retired_at"])
    record(by, "version.retired" if on else "version.restored", version)


@transaction.atomic
def start_rollout(version: Version, by: User, percent: int, until: Thresholds) -> Rollout:
    """Give some conversations that version, the others what is live. Raises Conflict."""
    prompt = locked(version.prompt)
    control = _pointed(prompt, PRODUCTION)
    if control is None or control == version:
        raise Conflict(gettext("A rollout needs another version that is published."))
    if Rollout.objects.live().filter(prompt=prompt).exists():
        raise Conflict(gettext("Another rollout is under way. End it first."))
    require_publishable(prompt, version, PRODUCTION)
    rollout = Rollout.objects.create(
        prompt=prompt,
        version=version,
        control=control,
        percent=_checked(percent),
        started_by=by,
        **vars(until),
    )
    Label.objects.filter(prompt=prompt, name=PRODUCTION).update(rollout=rollout)
    record(by, "rollout.started", version, detail={"percent": percent, **vars(until)})
    return rollout


@transaction.atomic
def change_rollout(rollout: Rollout, by: User, percent: int) -> None:
    """To more or fewer of the conversations; who is in stays in when it grows."""
    rollout = _live(rollout)
    record(
        by,
        "rollout.changed",
        rollout.version,
        detail={"before": rollout.percent, "after": _checked(percent)},
    )
    rollout.percent = percent
    rollout.save(update_fields=["percent"])


@transaction.atomic
def end_rollout(rollout: Rollout, by: User | None, end: Rollout.End, reason: str) -> None:
    """Publish the version to all, or take it back; without a person it fell back.

    Raises Conflict for one that has ended.
    """
    prompt = locked(rollout.prompt)
    rollout = _live(rollout)
    _end_live(prompt, by, end, reason)
    if end == Rollout.End.PUBLISHED:
        kind = Publication.Kind.ROLLED_OUT
        _point(prompt, PRODUCTION, rollout.version, by, (kind, reason))


def require_publishable(prompt: Prompt, version: Version, label: str) -> None:
    """Raises Conflict for a version that is retired, or not approved where it has to be."""
    if version.retired_at or prompt.retired_at:
        raise Conflict(gettext("What is retired cannot be published. Restore it first."))
    if label != PRODUCTION or not prompt.needs_approval:
        return
    # An approval outlives a change of hands: only the author's own never counts.
    if not version.approvals.exclude(by=version.author_id).exists():
        raise Conflict(gettext("Somebody other than its author has to approve this version first."))


def _checked(percent: int) -> int:
    if not 1 <= percent <= 99:
        raise Unusable(gettext("Give a share from 1 to 99 percent."))
    return percent


def _pointed(prompt: Prompt, label: str) -> Version | None:
    found = prompt.labels.select_related("version").filter(name=label).first()
    return found.version if found else None


def _is_in_rollout(prompt: Prompt, version: Version) -> bool:
    return Rollout.objects.live().filter(prompt=prompt, version=version).exists()


def _live(rollout: Rollout) -> Rollout:
    found = Rollout.objects.select_for_update().live().filter(pk=rollout.pk).first()
    if found is None:
        raise Conflict(gettext("This rollout has ended."))
    return found


def _end_live(prompt: Prompt, by: User | None, end: Rollout.End, reason: str) -> None:
    # There is one at most; the loop spares a case for none.
    for rollout in Rollout.objects.select_for_update().live().filter(prompt=prompt):
        rollout.ended_at, rollout.ended_by = timezone.now(), by
        rollout.end, rollout.end_reason = end, reason
        rollout.save(update_fields=["ended_at", "ended_by", "end", "end_reason"])
        record(by, f"rollout.{end}", rollout.version, why=reason)
    Label.objects.filter(prompt=prompt, name=PRODUCTION).update(rollout=None)


def _point(
    prompt: Prompt,
    label: str,
    version: Version,
    by: User | None,
    why: tuple[Publication.Kind, str],
    evidence: dict[str, Any] | None = None,
) -> Publication:
    kind, note = why
    before = _pointed(prompt, label)
    Label.objects.update_or_create(prompt=prompt, name=label, defaults={"version": version})
    detail = {"label": label, "before": before.number if before else None}
    record(by, f"prompt.{kind}", version, why=note, detail=detail)
    return Publication.objects.create(
        prompt=prompt,
        label=label,
        version=version,
        before=before,
        kind=kind,
        note=note.strip(),
        by=by,
        evidence=evidence or {},
    )
