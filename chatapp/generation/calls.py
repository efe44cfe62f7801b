"""The calls of a run: what to send, and its row in the ledger before it is sent."""

import logging
import uuid

from django.db import transaction

from chatapp.claude import ClaudeError
from chatapp.context.directions import directions_by
from chatapp.context.plan import Plan, is_near_limit, plan, scale_of
from chatapp.generation.models import Run
from chatapp.live.threads import patiently
from chatapp.usage import door, ledger
from chatapp.usage.ledger import Asking
from chatapp.usage.models import Call

logger = logging.getLogger(__name__)


async def first(run_id: uuid.UUID) -> tuple[Plan, uuid.UUID]:
    """What to send for a run, and its call.

    Raises OverBudget, TooLarge, and Run.DoesNotExist when the run has ended.
    """
    made, call = await patiently(_first, run_id)
    if call is None:
        made, call = await patiently(_first, run_id, await _scale(made))
    assert call
    return made, call


async def another(run_id: uuid.UUID, made: Plan) -> uuid.UUID:
    """The call of a further round. Raises OverBudget, and Run.DoesNotExist as above."""
    return await patiently(_opened, run_id, made)


async def _scale(made: Plan) -> float:
    """How far the estimate of a nearly full request is off, as the API counts."""
    try:
        return scale_of(made, await door.count_tokens(made.request)) or 1.0
    except ClaudeError as error:
        logger.info("The estimate stands: the API did not count (%s)", error.type)
        return 1.0


def _first(run_id: uuid.UUID, scale: float | None = None) -> tuple[Plan, uuid.UUID | None]:
    """The plan, and the call that was opened for it: none if it must be counted first."""
    run = Run.objects.select_related("conversation__owner", "message", "version").get(pk=run_id)
    made = plan(directions_by(run.version, run.conversation, run.model), run.message, scale or 1.0)
    if scale is None and is_near_limit(made):
        return made, None
    return made, _opened(run_id, made)


@transaction.atomic
def _opened(run_id: uuid.UUID, made: Plan) -> uuid.UUID:
    # Whoever ends the run waits for this lock and then settles the call; one that was
    # ended meanwhile gets no call that nobody would settle.
    live = Run.objects.live().select_for_update(of=("self",), no_key=True)
    run = live.select_related("conversation").get(pk=run_id)
    asking = Asking(
        Call.Purpose.TRIAL if run.conversation.is_trial else Call.Purpose.ANSWER,
        made.request,
        user_id=run.owner_id,
        conversation_id=run.conversation_id,
        run=run.pk,
        version_id=run.version_id,
        parts=made.parts,
        tokens=made.tokens if made.has_files else 0,
    )
    return ledger.open_call(asking, streamed=True).pk
