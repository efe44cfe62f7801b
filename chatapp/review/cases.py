"""From a mark to a case: two clicks."""

from chatapp.accounts.models import User
from chatapp.conversations.models import Mark, Message
from chatapp.prompts.models import Prompt
from chatapp.workbench.cases import Source, copy_case, opened_source
from chatapp.workbench.models import Case

LONGEST = 4_800  # characters of a reference in a check


def opened_draft(reader: User, message: Message) -> tuple[Source, str]:
    """What would be copied, on record, and the corrected answer that is known.

    Raises NotThere, ReasonWanted, Unusable.
    """
    source = opened_source(reader, message.conversation_id, str(message.pk))
    marks = Mark.objects.filter(message=message).exclude(corrected="")
    mine = marks.filter(by=reader).first() or marks.order_by("-changed_at").first()
    return source, mine.corrected if mine else ""


def make_case(source: Source, by: User, prompt: Prompt, name: str, reference: str) -> Case:
    """A case with a copy of the thread; a reference becomes a graded check."""
    words = " ".join(reference.split())[:LONGEST]
    checks = [f"graded: The answer says in substance the same as this one: {words}"]
    return copy_case(source, prompt, by, name, checks if words else [])
