"""Who may see what Claude saw, on record where it is somebody else's."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db import transaction

from chatapp.accounts.models import User
from chatapp.accounts.roles import Right, can_write_prompts, has_right
from chatapp.conversations.access import opened
from chatapp.errors import NotThere
from chatapp.generation.models import Run
from chatapp.generation.rounds import summed
from chatapp.usage.models import Call, SentRequest
from chatapp.usage.sent import Record


@dataclass(frozen=True)
class OpenedRecord:
    """What one round of a run sent; of the other rounds, what the ledger says."""

    run: Run
    rounds: Sequence[Call]  # in order; those whose request is on record
    number: int  # of the round that is shown, from 1
    record: Record

    @property
    def call(self) -> Call:
        return self.rounds[self.number - 1]

    @cached_property
    def cost(self) -> Call:
        return summed(self.rounds)


@transaction.atomic
def opened_record(reader: User, run_id: uuid.UUID, number: int | None = None) -> OpenedRecord:
    """The run and the request of a round, the last one if none is named.

    For those with the right and, where allowed, the owner. Raises NotThere. Somebody
    else's leaves a ReadRecord; ReasonWanted without a reason.
    """
    found = Run.objects.on_record().select_related("conversation", "owner", "version__prompt")
    run = found.filter(pk=run_id).first()
    if run is None or not _may_read(reader, run):
        raise NotThere
    rounds = _rounds(run)
    number = len(rounds) if number is None else number
    if not 0 < number <= len(rounds):
        raise NotThere
    opened(reader, run.conversation_id, f"request of run {run.pk}")
    before = rounds[number - 2].sent_request if number > 1 else _before(run)
    hides_system = not can_write_prompts(reader)
    record = Record(rounds[number - 1].sent_request, before, hides_system)
    return OpenedRecord(run, rounds, number, record)


def _rounds(run: Run) -> list[Call]:
    """Its calls whose requests are on record. The bodies are large: each is read when used."""
    calls = Call.objects.filter(run=run.pk, sent_request__isnull=False)
    bare = calls.select_related("sent_request").defer("sent_request__packed")
    return list(bare.order_by("opened_at", "pk"))


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
