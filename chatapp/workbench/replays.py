"""Replays: begun, worked off result by result, stopped, and told.

A result is taken, asked for and kept in three short steps; what a process that died had
taken is given back when another one takes the replay over. So each case has one result.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext

from chatapp.accounts.audit import record
from chatapp.accounts.models import User
from chatapp.claude import Message as Answer
from chatapp.context.cover import Cover
from chatapp.context.directions import directions_by
from chatapp.context.plan import NO_MORE, Plan, build
from chatapp.conversations.models import Conversation, Message
from chatapp.errors import Conflict, Unusable
from chatapp.prompts.models import Version
from chatapp.usage import budgets
from chatapp.usage.models import Call
from chatapp.workbench.checks import Check, Given, verdict
from chatapp.workbench.models import Case, Replay, Result

HOLD = timedelta(seconds=60)  # for which a process may work on a replay without a word
ENDED = (Result.State.DONE, Result.State.FAILED, Result.State.CANCELED)


@transaction.atomic
def start(version: Version, by: User, cases: QuerySet[Case], mode: str) -> Replay:
    """A replay of a version against those cases. Raises Unusable without any, OverBudget."""
    if mode not in Replay.Mode.values:
        raise Unusable(gettext("A replay runs at once or overnight."))
    budgets.require_room(by)
    replay = Replay.objects.create(version=version, by=by, mode=mode)
    ids = list(cases.filter(prompt=version.prompt_id).order_by("created_at", "pk"))
    if not ids:
        raise Unusable(gettext("There are no cases to replay."))
    before = _last_results(ids, version)
    Result.objects.bulk_create(
        [_pending(replay, case, before.get(case.pk)) for case in ids], batch_size=500
    )
    record(by, "replay.started", replay, detail={"cases": len(ids), "mode": mode})
    return replay


def _last_results(cases: Sequence[Case], version: Version) -> dict[uuid.UUID, Result]:
    """The newest finished result of each case by another version."""
    found = (
        Result.objects.filter(case__in=cases, state=Result.State.DONE)
        .exclude(replay__version=version)
        .order_by("case", "-finished_at")
        .distinct("case")
        .defer("text")
    )
    return {result.case_id: result for result in found}


def _pending(replay: Replay, case: Case, before: Result | None) -> Result:
    was_passed = before.passed if before else _passed(_decided(case.checks, Given(case.answer, 0)))
    # A case that was written has no answer yet to be worse than.
    if before is None and not case.answer:
        was_passed = None
    return Result(replay=replay, case=case, before=before, was_passed=was_passed)


def _decided(checks: Iterable[Check], given: Given) -> list[dict[str, Any]]:
    return [verdict(check, given) for check in checks if check["kind"] != "graded"]


def _passed(verdicts: Sequence[Mapping[str, Any]]) -> bool | None:
    return all(told["passed"] for told in verdicts) if verdicts else None


@transaction.atomic
def cancel(replay: Replay, by: User) -> None:
    """Ask for nothing more; what is being asked for is still kept. Raises Conflict."""
    replay = Replay.objects.select_for_update().get(pk=replay.pk)
    if replay.finished_at:
        raise Conflict(gettext("This replay has ended."))
    replay.canceled_at = timezone.now()
    replay.save(update_fields=["canceled_at"])
    if replay.mode == Replay.Mode.NOW:
        _cancel_pending(replay)
        _finish_if_done(replay)
    record(by, "replay.canceled", replay)


def _cancel_pending(replay: Replay) -> None:
    replay.results.filter(state=Result.State.PENDING).update(
        state=Result.State.CANCELED, finished_at=timezone.now()
    )


def hold(replay_id: uuid.UUID, *, again: bool = False) -> bool:
    """Take a replay that nobody is at, or with `again` keep it; False if that is too late."""
    rows = Replay.objects.filter(pk=replay_id, finished_at=None)
    if not again:
        rows = rows & Replay.objects.unheld()
    with transaction.atomic():
        if not rows.update(held_until=timezone.now() + HOLD):
            return False
        if not again:
            # Whoever took these is gone; their calls are settled as lost.
            Result.objects.filter(replay=replay_id, state=Result.State.RUNNING, batch=None).update(
                state=Result.State.PENDING
            )
    return True


def release(replay_id: uuid.UUID) -> None:
    """Let another process go on at once."""
    Replay.objects.filter(pk=replay_id).update(held_until=None)


@transaction.atomic
def take(replay_id: uuid.UUID) -> Result | None:
    """The next result to ask for, which is nobody else's then."""
    # Of the result alone: a replay whose row is locked for a moment is not one without work.
    pending = Result.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        replay=replay_id, state=Result.State.PENDING, replay__canceled_at=None
    )
    result = pending.order_by("pk").first()
    if result:
        result.state = Result.State.RUNNING
        result.save(update_fields=["state"])
    return result


def plan_of(result: Result) -> Plan:
    """The request for a case by the replay's version: made as for a thread. Raises TooLarge."""
    case, replay = result.case, result.replay
    tail = [_unsaved(turn) for turn in case.messages]
    answer = Message(role=Message.Role.ASSISTANT)
    # By the version alone: what whoever replays prefers has no place in a result.
    conversation = Conversation(
        owner=replay.by or User(), model=settings.DEFAULT_MODEL, is_instructed=False
    )
    by = directions_by(replay.version, conversation)
    made = build(by, Cover(tail=[*tail, answer]), answer.pk)
    if not by.tools:
        return made
    # Named as in a thread, and never used: what a tool does is done to somebody's thread.
    return replace(made, request=replace(made.request, tool_choice=NO_MORE))


def _unsaved(turn: Mapping[str, Any]) -> Message:
    return Message(role=turn["role"], content=turn["content"])


def graded(case: Case) -> list[Check]:
    return [check for check in case.checks if check["kind"] == "graded"]


@dataclass(frozen=True)
class Told:
    """What became of a result: an answer, or an error. `judged` are the graded verdicts."""

    answer: Answer | None = None
    error: str = ""
    judged: Sequence[Mapping[str, Any]] = ()
    calls: Sequence[uuid.UUID] = ()  # its own first, then the judges'


@transaction.atomic
def keep(result: Result, told: Told) -> None:
    """Give a result its end, once; the last one ends the replay."""
    replay = Replay.objects.select_for_update().get(pk=result.replay_id)
    # Two who asked for the same, or a case erased meanwhile: the first end stands.
    row = Result.objects.select_for_update().filter(pk=result.pk).exclude(state__in=ENDED).first()
    if row is None:
        return
    answer = told.answer
    row.state = Result.State.DONE if answer else Result.State.FAILED
    row.error, row.finished_at = told.error, timezone.now()
    if answer:
        row.text, row.stop_reason = answer.text, (answer.stop_reason or "")[:40]
        given = Given(answer.text, int(answer.usage.get("output_tokens") or 0))
        row.verdicts = [*_decided(result.case.checks, given), *told.judged]
        row.passed = _passed(row.verdicts)
    row.call_id = told.calls[0] if told.calls else None
    row.cost = Call.objects.filter(pk__in=told.calls).aggregate(sum=Sum("cost"))["sum"]
    row.save()
    _finish_if_done(replay)


@transaction.atomic
def give_back(result: Result) -> None:
    """A result that was taken and not asked for."""
    Result.objects.filter(pk=result.pk, state=Result.State.RUNNING).update(
        state=Result.State.PENDING
    )


def finish(replay_id: uuid.UUID) -> None:
    """End a replay with nothing left to do; also one whose cases were erased meanwhile."""
    with transaction.atomic():
        replay = Replay.objects.select_for_update().filter(pk=replay_id, finished_at=None).first()
        if replay:
            if replay.canceled_at and replay.mode == Replay.Mode.NOW:
                _cancel_pending(replay)
            _finish_if_done(replay)


def _finish_if_done(replay: Replay) -> None:
    if replay.results.exclude(state__in=ENDED).exists():
        return
    replay.finished_at, replay.held_until = timezone.now(), None
    replay.save(update_fields=["finished_at", "held_until"])


@dataclass(frozen=True)
class Progress:
    """How far a replay is, and how it looks. Money is US dollars."""

    total: int
    done: int
    failed: int
    canceled: int
    good: int  # passed all checks, or had none
    worse: int
    better: int
    spent: Any

    @property
    def ended(self) -> int:
        return self.done + self.failed + self.canceled

    @property
    def summary(self) -> str:
        told = {"passed": self.good, "total": self.total, "worse": self.worse}
        checked = gettext("%(passed)s of %(total)s cases passed, %(worse)s worse than before")
        failed = gettext(", %(failed)s failed") % {"failed": self.failed} if self.failed else ""
        return checked % told + failed


WORSE = Q(was_passed=True) & (Q(passed=False) | Q(state=Result.State.FAILED))
BETTER = Q(was_passed=False, passed=True)


def progress(replay: Replay) -> Progress:
    """One query."""
    found = replay.results.aggregate(
        total=Count("pk"),
        done=Count("pk", filter=Q(state=Result.State.DONE)),
        failed=Count("pk", filter=Q(state=Result.State.FAILED)),
        canceled=Count("pk", filter=Q(state=Result.State.CANCELED)),
        good=Count("pk", filter=Q(state=Result.State.DONE) & ~Q(passed=False)),
        worse=Count("pk", filter=WORSE),
        better=Count("pk", filter=BETTER),
        spent=Sum("cost"),
    )
    return Progress(**found)


def results_of(replay: Replay, only: str = "") -> QuerySet[Result]:
    """In the order of the cases; `only` is worse, better, failed or empty for all."""
    rows = replay.results.select_related("case", "before").order_by("case__created_at", "case_id")
    chosen = {
        "worse": WORSE,
        "better": BETTER,
        "failed": Q(state=Result.State.FAILED) | Q(passed=False),
    }
    return rows.filter(chosen[only]) if only in chosen else rows


def last_replay(version: Version) -> Replay | None:
    """The newest replay of exactly this version that came to its end."""
    ended = Replay.objects.filter(version=version, finished_at__isnull=False, canceled_at=None)
    return ended.order_by(F("finished_at").desc()).first()
