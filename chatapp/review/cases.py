"""From a mark to a case: two clicks."""

from collections.abc import Callable

from chatapp.accounts.models import User
from chatapp.conversations.models import Mark, Message
from chatapp.prompts.models import Prompt
from chatapp.review.models import Item
from chatapp.workbench.cases import Source, copy_case, opened_source
from chatapp.workbench.models import Case

LONGEST = 4_800  # characters of a reference in a check


def opened_draft(reader: User, message: Message, mask: Callable[[str], str]) -> tuple[Source, str]:
    """What would be copied, on record, and the corrected answer: one's own, or a colleague's.

    Raises NotThere, ReasonWanted, Unusable.
    """
    source = opened_source(reader, message.conversation_id, str(message.pk))
    marks = Mark.objects.filter(message=message)
    if mine := marks.filter(by=reader).exclude(corrected="").first():
        return source, mine.corrected
    # Where two are wanted, nobody reads a colleague's before giving their own.
    blind = Item.objects.filter(conversation=message.conversation_id, wants_two=True).exists()
    if blind and not marks.filter(by=reader).exists():
        return source, ""
    theirs = marks.exclude(corrected="").order_by("-changed_at").first()
    return source, mask(theirs.corrected) if theirs else ""


def make_case(source: Source, by: User, prompt: Prompt, name: str, reference: str) -> Case:
    """A case with a copy of the thread; a reference becomes a graded check."""
    words = " ".join(reference.split())[:LONGEST]
    checks = [f"graded: The answer says in substance the same as this one: {words}"]
    return copy_case(source, prompt, by, name, checks if words else [])
