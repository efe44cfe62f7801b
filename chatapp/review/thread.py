"""A conversation as the staff sees it: what the owner sees, and what the staff adds."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet, prefetch_related_objects
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_noop

from chatapp.accounts.models import User
from chatapp.accounts.roles import Right, has_right
from chatapp.context.shown import Shown, shown
from chatapp.conversations.access import opened
from chatapp.conversations.models import Conversation, Flag, Mark, Message, Takeover
from chatapp.errors import NotThere
from chatapp.generation.entries import Entry, entries
from chatapp.generation.help import Help, help_in
from chatapp.generation.models import Run
from chatapp.live.frames import frame_of
from chatapp.rendering import render, render_plain
from chatapp.review.masking import Mask, Pattern
from chatapp.review.models import Item, MaskPattern, Note, Room
from chatapp.review.presence import others_at

NEWEST = 60  # messages of a thread that are shown at first
OTHERS = 20  # threads of the same person that are listed


@dataclass(frozen=True)
class StaffNote:
    note: Note
    html: SafeString


@dataclass(frozen=True)
class StaffMark:
    mark: Mark
    comment: str
    corrected: SafeString


@dataclass(frozen=True)
class StaffEntry:
    """A message, and what the staff has said of it."""

    entry: Entry
    reader: User
    notes: Sequence[StaffNote]
    shown_marks: Sequence[StaffMark]  # as far as the reader may see them
    mine: Mark | None
    hidden: int  # marks of others that are shown once the reader has given theirs
    siblings: int  # other versions of this turn that the owner left
    comment: str  # of the owner, with their thumb

    @property
    def run(self) -> Run | None:
        return self.entry.run

    @property
    def version(self) -> str:
        return str(self.run.version) if self.run else ""

    @property
    def can_uncover(self) -> bool:
        return has_right(self.reader, Right.UNCOVER)


@dataclass(frozen=True)
class Thread:
    conversation: Conversation
    entries: Sequence[StaffEntry]
    earlier: int  # messages that stand before these
    leaf_id: uuid.UUID | None  # of another branch than the owner's, if one is shown
    leaves: Sequence[Message]  # where the branches end that the owner left
    memory: Shown
    notes_for_claude: Sequence[SafeString]
    side: "Side"


@dataclass(frozen=True)
class Side:
    """What stands beside a thread: the context of `review/_side.html`."""

    conversation: Conversation
    item: Item | None
    flags: Sequence[Flag]
    notes: Sequence[StaffNote]  # on the conversation as a whole
    others: Sequence[Mapping[str, Any]]
    help: Help
    takeovers: Sequence[Takeover]
    can_export: bool


def mask_now() -> Mask:
    """What reviewers do not see, with the patterns that an admin added."""
    patterns = [Pattern(row.name, row.expression) for row in MaskPattern.objects.all()]
    return Mask(patterns, region=Room.now().phone_region)


@transaction.atomic
def opened_thread(
    reader: User, conversation_id: uuid.UUID, leaf: str = "", *, is_whole: bool = False
) -> Thread:
    """The thread, on record; of another branch where its last message is named.

    The newest messages, or all of it. Raises NotThere, ReasonWanted.
    """
    conversation = opened(reader, conversation_id, gettext_noop("the thread"))
    mask = mask_now()
    other = _leaf(conversation, leaf)
    memory = shown(conversation)
    path = Message.objects.path_to(other or conversation.current_leaf_id)
    newest = path if is_whole else path[-NEWEST:]
    plain = entries(conversation, newest, cover=mask)
    return Thread(
        conversation=conversation,
        entries=with_staff(reader, conversation, plain, mask),
        earlier=len(path) - len(newest),
        leaf_id=other,
        leaves=left_branches(conversation),
        memory=memory,
        notes_for_claude=[render_plain(mask(note.row.text)) for note in memory.notes],
        side=side_of(reader, conversation, mask),
    )


def _leaf(conversation: Conversation, asked: str) -> uuid.UUID | None:
    if not asked:
        return None
    leaf = next((m for m in left_branches(conversation) if str(m.pk) == asked), None)
    if leaf is None:
        raise NotThere
    return leaf.pk


def left_branches(conversation: Conversation) -> list[Message]:
    """Messages without a reply that are not the end of what the owner sees."""
    ends = Message.objects.filter(conversation=conversation, children=None)
    # Not what they say: the end of what the owner sees is among them, and may be long.
    found = ends.only("created_at").order_by("created_at")
    return [end for end in found if end.pk != conversation.current_leaf_id]


def with_staff(
    reader: User, conversation: Conversation, plain: Iterable[Entry], mask: Callable[[str], str]
) -> list[StaffEntry]:
    """Three queries, whatever the number of messages."""
    shown_now = list(plain)
    prefetch_related_objects([e.run for e in shown_now if e.run], "version__prompt")
    ids = [entry.message.pk for entry in shown_now]
    notes = _notes(Note.objects.filter(message__in=ids), mask)
    marks: dict[uuid.UUID, list[Mark]] = defaultdict(list)
    for mark in Mark.objects.filter(message__in=ids).select_related("by").order_by("created_at"):
        marks[mark.message_id].append(mark)
    parents = [entry.message.parent_id for entry in shown_now]
    siblings = _children(conversation, parents)
    blind = Item.objects.filter(conversation=conversation, wants_two=True).exists()
    return [
        StaffEntry(
            entry=entry,
            reader=reader,
            notes=notes.get(entry.message.pk, []),
            siblings=max(0, siblings.get(entry.message.parent_id, 1) - 1),
            comment=mask(entry.feedback.comment) if entry.feedback else "",
            **_marks(reader, marks[entry.message.pk], mask, blind=blind),
        )
        for entry in shown_now
    ]


def _marks(
    reader: User, marks: Sequence[Mark], mask: Callable[[str], str], *, blind: bool
) -> dict[str, Any]:
    """Where two are wanted, nobody sees a mark of others before giving their own."""
    mine = next((mark for mark in marks if mark.by_id == reader.pk), None)
    hides = blind and mine is None
    shown_now = [] if hides else marks
    return {
        "mine": mine,
        "hidden": len(marks) if hides else 0,
        "shown_marks": [
            StaffMark(mark, mask(mark.comment), render(mask(mark.corrected))) for mark in shown_now
        ],
    }


def _children(
    conversation: Conversation, parents: Iterable[uuid.UUID | None]
) -> dict[uuid.UUID | None, int]:
    known = {parent for parent in parents if parent}
    rows = Message.objects.filter(conversation=conversation, parent__in=known)
    counts = rows.values("parent").annotate(count=Count("pk"))
    return {row["parent"]: row["count"] for row in counts}


def _notes(
    rows: "QuerySet[Note]", mask: Callable[[str], str]
) -> dict[uuid.UUID | None, list[StaffNote]]:
    found: dict[uuid.UUID | None, list[StaffNote]] = defaultdict(list)
    for note in rows.select_related("author").order_by("created_at"):
        found[note.message_id].append(StaffNote(note, render(mask(note.text))))
    return found


def side_of(reader: User, conversation: Conversation, mask: Callable[[str], str]) -> Side:
    items = Item.objects.select_related("assignee", "version__prompt").prefetch_related("tags")
    flags = list(
        Flag.objects.filter(conversation=conversation).select_related("by").order_by("-at")[:50]
    )
    for flag in flags:
        flag.detail = mask(flag.detail)
    whole = Note.objects.filter(conversation=conversation, message=None)
    help = help_in([conversation.pk])[conversation.pk]
    if help.wanted:
        help.wanted.why = mask(help.wanted.why)
    takeovers = list(Takeover.objects.filter(conversation=conversation).order_by("began_at"))
    for takeover in takeovers:
        takeover.why = mask(takeover.why)
    return Side(
        conversation=conversation,
        item=items.filter(conversation=conversation).first(),
        flags=flags,
        notes=_notes(whole, mask)[None],
        others=_others(reader, conversation),
        help=help,
        can_export=has_right(reader, Right.EXPORT),
        takeovers=takeovers,
    )


def _others(reader: User, conversation: Conversation) -> list[dict[str, Any]]:
    """Other threads of the same person: when, and by which assistant; not what they are about."""
    rows = Conversation.objects.open_to_staff(reader).kept().filter(owner=conversation.owner_id)
    chosen = rows.exclude(pk=conversation.pk).order_by("-active_at")[:OTHERS]
    return [dict(row) for row in chosen.values("pk", "active_at", "prompt__name")]


def article(shown_now: StaffEntry) -> str:
    """The message's fragment for the staff, the same in page, reply and frame."""
    return render_to_string("review/_message.html", {"it": shown_now})


def side_html(side: Side, reader: User) -> str:
    return render_to_string("review/_side.html", {"side": side, "reader": reader})


def part(html: str) -> str:
    """A frame that replaces a piece of the page by its id."""
    return frame_of("part", html)


def staff_parts(
    reader: User,
    conversation: Conversation,
    message_ids: Sequence[uuid.UUID],
    mask: Callable[[str], str],
) -> list[str]:
    """Frames with what the staff has said of those messages, the same fragment as in the page."""
    messages = list(Message.objects.filter(pk__in=message_ids, conversation=conversation))
    shown_now = with_staff(reader, conversation, entries(conversation, messages, cover=mask), mask)
    return [part(render_to_string("review/_staff.html", {"it": it})) for it in shown_now]


def here_html(conversation_id: uuid.UUID, reader: User) -> str:
    context = {"conversation_id": conversation_id, "others": others_at(conversation_id, reader)}
    return render_to_string("review/_here.html", context)
