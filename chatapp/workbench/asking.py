"""Asking Claude for the results of a replay: the answer, and those who judge it."""

import uuid
from collections.abc import Mapping
from typing import Any

from chatapp.claude import ClaudeError
from chatapp.claude import Message as Answer
from chatapp.errors import ChatappError
from chatapp.live.threads import in_database
from chatapp.usage import door
from chatapp.usage.ledger import Asking
from chatapp.usage.models import Call
from chatapp.workbench import judge
from chatapp.workbench.models import Result
from chatapp.workbench.replays import Told, graded, plan_of


def asking_for(result: Result, *, is_batch: bool = False) -> Asking:
    """The call for a result. Raises TooLarge."""
    made = plan_of(result)
    return Asking(
        Call.Purpose.REPLAY,
        made.request,
        user_id=result.replay.by_id,
        version_id=result.replay.version_id,
        parts=[{**part, "id": str(result.case_id)} for part in made.parts],
        person_id=result.case.person_id,
        is_batch=is_batch,
    )


async def told_of(result: Result) -> Told:
    """Ask for the answer and have it judged."""
    try:
        asking = await in_database(asking_for, result)
        answer, call = await door.whole(asking)
    except (ClaudeError, ChatappError) as error:
        return Told(error=error.sentence)
    return await judged(result, answer, call)


async def judged(result: Result, answer: Answer, call: uuid.UUID) -> Told:
    """The answer with its graded checks, each judged by a call of its own."""
    verdicts: list[Mapping[str, Any]] = []
    calls = [call]
    for check in graded(result.case):
        asking = Asking(
            Call.Purpose.JUDGE,
            judge.request_for(check, result.case.messages, answer.text),
            user_id=result.replay.by_id,
            version_id=result.replay.version_id,
            person_id=result.case.person_id,
        )
        try:
            said, judging = await door.whole(asking)
        except (ClaudeError, ChatappError) as error:
            # An answer that nobody could judge must not count as good.
            verdicts.append({**check, "passed": False, "reason": f"Not judged: {error.sentence}"})
            continue
        verdicts.append(judge.verdict(check, said))
        calls.append(judging)
    return Told(answer, judged=verdicts, calls=calls)
