"""Cases: made from threads or by hand, changed, erased."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from chatapp.accounts.audit import record
from chatapp.accounts.models import User
from chatapp.context.notes import of_staff
from chatapp.conversations.access import opened
from chatapp.conversations.files.blocks import named
from chatapp.conversations.models import Conversation, Message, ReadRecord
from chatapp.errors import Unusable
from chatapp.prompts.models import Prompt
from chatapp.workbench.checks import parsed
from chatapp.workbench.models import Case


@dataclass(frozen=True)
class Source:
    """A thread up to the question of an answer, as a case would copy it."""

    conversation: Conversation
    answer: Message
    messages: Sequence[Message]  # the last one is the person's
    answers: Sequence[Message]  # all that may be chosen, in order


@transaction.atomic
def opened_source(reader: User, conversation_id: uuid.UUID, answer_id: str = "") -> Source:
    """A thread of one's own, or by right anybody's; its newest answer or that one.

    Raises NotThere, ReasonWanted, and Unusable for a thread that has no answer.
    """
    conversation = opened(reader, conversation_id, gettext_noop("making a case"))
    path = _path_with(conversation, answer_id)
    answers = [m for m in path if m.role == Message.Role.ASSISTANT and m.status != "pending"]
    chosen = [m for m in answers if str(m.pk) == answer_id] or answers[-1:]
    if not chosen:
        raise Unusable(gettext("There is no answer in this thread yet."))
    until = path[: path.index(chosen[0])]
    return Source(conversation, chosen[0], until, answers)


def _path_with(conversation: Conversation, answer_id: str) -> list[Message]:
    """What the owner sees; or what led to that answer, where it stands on another branch."""
    path = Message.objects.path_to(conversation.current_leaf_id)
    if not answer_id or any(str(message.pk) == answer_id for message in path):
        return path
    try:
        asked = uuid.UUID(answer_id)
    except ValueError:
        return path
    found = Message.objects.filter(conversation=conversation, pk=asked).first()
    return Message.objects.path_to(found.pk) if found else path


@transaction.atomic
def copy_case(source: Source, prompt: Prompt, by: User, name: str, checks: list[str]) -> Case:
    """A case with a copy of that thread. Raises Unusable for a check that is none."""
    conversation = source.conversation
    return _kept(
        Case(
            prompt=prompt,
            messages=[_copied(message) for message in source.messages],
            answer=source.answer.text,
            person=conversation.owner,
            conversation=conversation,
        ),
        by,
        name,
        checks,
    )


def record_copies(reader: User, cases: Iterable[Case], what: str) -> None:
    """Write down that the person is about to be shown copies of what others wrote."""
    threads = {
        (case.person_id, case.conversation_id, f"A case of {case.prompt}"[:500])
        for case in cases
        if case.person_id not in (None, reader.pk)
    }
    ReadRecord.objects.bulk_create(
        ReadRecord(
            reader=reader,
            reader_name=reader.email,
            owner_id=owner,
            conversation_id=conversation,
            what=what,
            why=why,
        )
        for owner, conversation, why in threads
    )


@transaction.atomic
def write_case(prompt: Prompt, by: User, text: str, name: str, checks: list[str]) -> Case:
    """A case that somebody thought of. Raises Unusable without a question."""
    text = text.replace("\x00", "").strip()
    if not text:
        raise Unusable(gettext("Write what a person asks."))
    content = [{"type": "text", "text": text}]
    made = Case(prompt=prompt, messages=[{"role": "user", "content": content}], person=by)
    return _kept(made, by, name, checks)


@transaction.atomic
def change_case(case: Case, by: User, name: str, checks: list[str]) -> None:
    """What is asked stays; raises Unusable for a check that is none."""
    case.name, case.checks = _name(name, case), parsed(checks)
    case.save(update_fields=["name", "checks"])
    record(by, "case.changed", case, detail={"checks": case.checks})


@transaction.atomic
def delete_case(case: Case, by: User) -> None:
    """Remove a case with its results, for good."""
    record(by, "case.deleted", case)
    case.delete()


def _kept(case: Case, by: User, name: str, checks: list[str]) -> Case:
    case.name, case.checks, case.created_by = _name(name, case), parsed(checks), by
    case.save(force_insert=True)
    record(by, "case.created", case)
    return case


def _name(name: str, case: Case) -> str:
    """The given one, or else the beginning of the question."""
    said = " ".join(name.replace("\x00", "").split())
    return (said or " ".join(question_of(case).split()) or "A case")[:80]


def question_of(case: Case) -> str:
    """The text of the person's last turn."""
    blocks = case.messages[-1]["content"] if case.messages else []
    return "\n".join(block.get("text", "") for block in blocks)


def _copied(message: Message) -> dict[str, object]:
    """What was said; what Claude thought and did on the way is not part of an input."""
    if message.role == Message.Role.PERSON:
        return {"role": Message.Role.USER, "content": [of_staff(message)]}
    # A case outlives the thread, and the files do not: of them it has the names.
    kept = [named(block) for block in message.content]
    if message.role == Message.Role.ASSISTANT:
        kept = [block for block in message.content if block.get("type") == "text"]
    return {"role": message.role, "content": kept}
