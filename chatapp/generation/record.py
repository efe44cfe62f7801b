"""Who may see what Claude saw, on record where it is somebody else's."""

import uuid

from django.conf import settings
from django.db import transaction

from chatapp.accounts.models import User
from chatapp.accounts.roles import Right, can_write_prompts, has_right
from chatapp.conversations.access import opened
from chatapp.errors import NotThere
from chatapp.generation.models import Run
from chatapp.usage.models import SentRequest
from chatapp.usage.sent import Record


@transaction.atomic
def opened_record(reader: User, run_id: uuid.UUID) -> tuple[Run, Record]:
    """The run and its request, for those with the right and, where allowed, the owner.

    Raises NotThere. Somebody else's leaves a ReadRecord; ReasonWanted without a reason.
    """
    found = Run.objects.on_record().select_related(
        "call__sent_request", "conversation", "owner", "version__prompt"
    )
    run = found.filter(pk=run_id).first()
    if run is None or not _may_read(reader, run):
        raise NotThere
    opened(reader, run.conversation_id, f"request of run {run.pk}")
    assert run.call
    hides_system = not can_write_prompts(reader)
    return run, Record(run.call.sent_request, _before(run), hides_system)


def _may_read(reader: User, run: Run) -> bool:
    """The owner where that is allowed; others only if they may see what is masked."""
    if run.owner_id == reader.pk and settings.ENV.show_requests:
        return True
    return has_right(reader, Right.UNCOVER)


def _before(run: Run) -> SentRequest | None:
    """What was sent for the answer before this one in the same conversation."""
    earlier = (
        Run.objects.on_record()
        .filter(conversation=run.conversation_id, created_at__lt=run.created_at)
        .order_by("-created_at")
        .select_related("call__sent_request")
        .first()
    )
    return earlier.call.sent_request if earlier and earlier.call else None
