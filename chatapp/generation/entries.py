"""What a page shows of a message: the context of `generation/_message.html`."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chatapp.conversations.branches import versions_of
from chatapp.conversations.files.blocks import blocks_of_files
from chatapp.conversations.files.refusals import notes_of
from chatapp.conversations.models import (
    Attachment,
    Conversation,
    Feedback,
    Message,
    StoredFile,
    Takeover,
)
from chatapp.conversations.models.message import WHOLE
from chatapp.generation.models import Run
from chatapp.generation.parts import Cover, Part, parts_of
from chatapp.generation.rounds import costs_of, had_rounds
from chatapp.usage.models import Call
from chatapp.usage.offers import catalogued

STOP_NOTES = {
    "max_tokens": _("The answer reached its length limit."),
    "answer_too_long": _("The answer reached the length limit of this installation."),
    "model_context_window_exceeded": _("The conversation no longer fits into the model's memory."),
    "pause_turn": _("Claude paused after a long search. It can go on."),
    "refusal": _("Claude declined to go on with this answer."),
}
CONTINUABLE = {"max_tokens", "answer_too_long", "pause_turn"}


@dataclass(frozen=True)
class ShownFile:
    """A file at a message. Names are words of the person, and may be covered."""

    file: StoredFile
    name: str
    can_open: bool = True  # not where names are covered: what is in a file cannot be

    @property
    def is_image(self) -> bool:
        return self.file.kind == StoredFile.Kind.IMAGE

    @property
    def is_text(self) -> bool:
        """Whether what Claude is given can be read as a page."""
        return self.file.kind == StoredFile.Kind.TEXT

    @property
    def notes(self) -> list[str]:
        """How Claude gets it, where that differs from what was uploaded."""
        return notes_of(self.file.notes)


@dataclass(frozen=True)
class Entry:
    message: Message
    run: Run | None
    parts: list[Part]
    is_newest: bool
    feedback: Feedback | None = None
    cost: Call | None = None  # of all rounds, where there may be several
    versions: Sequence[uuid.UUID] = ()  # it and its siblings, if it has any, the oldest first
    attachments: Sequence[ShownFile] = ()

    @property
    def state(self) -> str:
        if self.run and self.run.is_live:
            return str(self.run.state)
        return str(self.message.status)

    @property
    def is_live(self) -> bool:
        return self.message.status == Message.Status.PENDING

    @property
    def is_going_on(self) -> bool:
        """Whether a continuation is being written, of which nothing is kept yet."""
        return self.is_live and len(self.message.content) in self.message.seams

    @property
    def model_name(self) -> str:
        return catalogued(self.message.model).name

    @property
    def call(self) -> Call | None:
        """What this answer cost, all its rounds together, once that is known."""
        return None if self.is_live or not self.run else self.cost or self.run.call

    @property
    def record_url(self) -> str:
        """Where the owner may look at what was sent; empty where that is not allowed."""
        if not settings.ENV.show_requests or not self.run or not self.call:
            return ""
        return reverse("generation:show_request", args=[self.run.pk])

    @property
    def can_keep(self) -> bool:
        return not self.is_live and bool(self.message.text.strip())

    @property
    def author(self) -> Takeover | None:
        """The person of the staff who wrote it."""
        return self.message.takeover

    @property
    def can_judge(self) -> bool:
        return self.message.role == Message.Role.ASSISTANT and not self.is_live

    @property
    def stop_note(self) -> str:
        return str(STOP_NOTES.get(self.message.stop_reason, ""))

    @property
    def can_stop(self) -> bool:
        return self.is_live

    @property
    def place(self) -> int:
        """Of this version among its siblings, from 1."""
        return self.versions.index(self.message.pk) + 1

    @property
    def earlier(self) -> uuid.UUID | None:
        """The version before this one."""
        return self.versions[self.place - 2] if self.place > 1 else None

    @property
    def later(self) -> uuid.UUID | None:
        """The version after this one."""
        return self.versions[self.place] if self.place < len(self.versions) else None

    @property
    def is_own(self) -> bool:
        return self.message.role == Message.Role.USER

    @property
    def can_retry(self) -> bool:
        return self.is_newest and can_retry(self.message)

    @property
    def can_answer(self) -> bool:
        """Whether this is a question that nobody has answered yet."""
        return self.is_newest and self.is_own

    @property
    def can_continue(self) -> bool:
        return self.is_newest and can_continue(self.message)


@dataclass(frozen=True)
class Known:
    """What is known of answers: their newest runs, thumbs, and costs by run.

    And of all messages that have siblings: these.
    """

    runs: Iterable[Run] = ()
    judged: Iterable[Feedback] = ()
    costs: Mapping[uuid.UUID, Call] = field(default_factory=dict)
    versions: Mapping[uuid.UUID, Sequence[uuid.UUID]] = field(default_factory=dict)


def can_retry(message: Message) -> bool:
    return message.status in {"stopped", "failed", "interrupted"}


def can_continue(message: Message) -> bool:
    """Whether something was written that broke off."""
    broke_off = can_retry(message) or message.stop_reason in CONTINUABLE
    return broke_off and message.status != "pending" and bool(message.text.strip())


def path_entries(conversation: Conversation, cover: Cover = str, most: int = WHOLE) -> list[Entry]:
    """The messages from the root to the current leaf, or the newest; a query, and of `entries`."""
    path = Message.objects.path_to(conversation.current_leaf_id, most)
    return entries(conversation, path, cover=cover)


def entries(
    conversation: Conversation,
    messages: Sequence[Message],
    known: Known | None = None,
    cover: Cover = str,
) -> list[Entry]:
    """The entries of those messages; the queries of `known_of`, and one each where people
    spoke and where files are.

    Only the latter two where it is `known`. `cover` is what their texts go through before
    anybody sees them.
    """
    if any(message.takeover_id for message in messages):
        prefetch_related_objects(messages, "takeover")
    known = known or known_of(messages)
    runs: dict[uuid.UUID, Run] = {run.message_id: run for run in known.runs}
    thumbs = {feedback.message_id: feedback for feedback in known.judged}
    leaf, files = conversation.current_leaf_id, attachments_of(messages, cover)
    shown = []
    for message in messages:
        run, thumb = runs.get(message.pk), thumbs.get(message.pk)
        cost = known.costs.get(run.pk) if run else None
        parts, own = parts_of(message, cover), files.get(message.pk, ())
        versions = known.versions.get(message.pk, ())
        shown.append(Entry(message, run, parts, message.pk == leaf, thumb, cost, versions, own))
    return shown


def known_of(messages: Iterable[Message]) -> Known:
    """Three queries, and one where tools were called."""
    messages = list(messages)
    answers = {m.pk: m for m in messages if m.role == Message.Role.ASSISTANT}
    runs = list(Run.objects.newest_of(list(answers)))
    judged = list(Feedback.objects.filter(message__in=answers))
    costs = costs_of(r for r in runs if had_rounds(answers[r.message_id]))
    return Known(runs, judged, costs, versions_of(messages))


def attachments_of(
    messages: Iterable[Message], cover: Cover = str
) -> dict[uuid.UUID, list[ShownFile]]:
    """The files of each message, in order; one query, none where there are no files."""
    ids = [message.pk for message in messages if any(blocks_of_files(message.content))]
    rows = Attachment.objects.filter(message__in=ids).select_related("file") if ids else ()
    found: dict[uuid.UUID, list[ShownFile]] = {}
    for row in rows:
        shown = ShownFile(row.file, cover(row.file.name), can_open=cover is str)
        found.setdefault(row.message_id, []).append(shown)
    return found


def article(entry: Entry) -> str:
    """The message's fragment, the same in page, reply and frame."""
    return render_to_string("generation/_message.html", {"entry": entry})
