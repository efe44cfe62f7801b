"""Sharing: a copy of a branch behind a link that nobody can guess."""

import hashlib
import secrets
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from chatapp.accounts.models import User
from chatapp.conversations.actions import announce_listing
from chatapp.conversations.exporting.pieces import model_name, pieces_of
from chatapp.conversations.models import Conversation, Message, Share, ShareQuerySet
from chatapp.errors import Conflict, NotThere, Refused
from chatapp.prompts.choose import default_for, version_for

DAYS = (1, 7, 30)
Frozen = Mapping[str, Any]  # what of a snapshot is JSON
OPTIONAL = {"thinking": "with_thinking", "tool": "with_tools"}


@dataclass(frozen=True)
class Terms:
    """How a branch is shared: for how many days (None: for good), and with what."""

    days: int | None = 7
    with_name: bool = False
    with_thinking: bool = False
    with_tools: bool = False


@dataclass(frozen=True)
class Contents:
    """What stands in a branch, so that one knows before one shares."""

    messages: int
    thinking: int
    tools: int
    files: int


def branch_to(conversation: Conversation, message_id: uuid.UUID | None) -> list[Message]:
    """The ended messages from the root to that one, or to where the owner is.

    Raises NotThere for a message of another conversation, Conflict where nothing has ended.
    """
    path = Message.objects.path_to(message_id or conversation.current_leaf_id)
    is_elsewhere = any(message.conversation_id != conversation.pk for message in path)
    if is_elsewhere or (message_id and not path):
        raise NotThere
    ended = [message for message in path if message.status != Message.Status.PENDING]
    if not ended:
        raise Conflict(gettext("There is nothing yet that could be shared."))
    return ended


def contents_of(branch: Iterable[Message]) -> Contents:
    kinds = [[piece.kind for piece in pieces_of(message)] for message in branch]
    counted = [sum(of.count(kind) for of in kinds) for kind in ("thinking", "tool", "file")]
    return Contents(len(kinds), *counted)


@transaction.atomic
def share(
    conversation: Conversation, message_id: uuid.UUID | None, terms: Terms
) -> tuple[Share, str]:
    """Freeze the branch up to that message; answer the share and its token, kept nowhere.

    Raises Refused where sharing is off, NotThere and Conflict as `branch_to`.
    """
    if not settings.ENV.sharing:
        raise Refused(gettext("Sharing is switched off here."))
    branch = branch_to(conversation, message_id)
    token = secrets.token_urlsafe(32)
    now = timezone.now()
    made = Share.objects.create(
        conversation=conversation,
        owner=conversation.owner,
        digest=digest_of(token),
        title=conversation.title,
        name=conversation.owner.name if terms.with_name else "",
        snapshot=[_frozen(message, terms) for message in branch],
        message_count=len(branch),
        with_thinking=terms.with_thinking,
        with_tools=terms.with_tools,
        created_at=now,
        expires_at=now + timedelta(days=terms.days) if terms.days else None,
    )
    return made, token


def _frozen(message: Message, terms: Terms) -> Frozen:
    """The message without what was not wanted; staff have no names here."""
    pieces: list[Frozen] = []
    for piece in pieces_of(message):
        wanted = OPTIONAL.get(piece.kind)
        if piece.kind == "file":
            pieces.append({"kind": "file"})  # not even its name
        elif wanted is None or getattr(terms, wanted):
            pieces.append(asdict(piece))
    return {
        "role": message.role,
        "model": model_name(message.model) if message.model else "",
        "at": message.created_at.isoformat(),
        "pieces": pieces,
    }


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def shared(token: str) -> Share | None:
    """What the link leads to: None for one that is unknown, revoked or expired alike."""
    if not settings.ENV.sharing:
        return None
    return Share.objects.open_at(timezone.now()).filter(digest=digest_of(token)).first()


def shares_of(user: User) -> ShareQuerySet:
    return Share.objects.visible_to(user).order_by("-created_at").defer("snapshot")


def revoke(user: User, share_id: uuid.UUID) -> None:
    """End the link for good; twice is once. Raises NotThere."""
    rows = Share.objects.visible_to(user).filter(pk=share_id)
    if not rows.filter(revoked_at=None).update(revoked_at=timezone.now()) and not rows.exists():
        raise NotThere


@transaction.atomic
def go_on(user: User, found: Share) -> Conversation:
    """A conversation of the person's own that begins with what was shared: its words alone."""
    prompt = default_for(user)
    copy = Conversation(
        owner=user, title=found.title, model=settings.DEFAULT_MODEL, prompt=prompt, revision=1
    )
    if prompt.is_kept:
        copy.version = version_for(prompt.pk, copy.pk)
    copy.save(force_insert=True)
    last: Message | None = None
    messages: list[Message] = []
    for told in found.snapshot:
        text = "\n\n".join(it["text"] for it in told["pieces"] if it["kind"] == "text")
        # Somebody of the staff spoke in the assistant's place; here nobody has taken over.
        role = "user" if told["role"] == "user" else "assistant"
        content = [{"type": "text", "text": text}] if text else []
        last = Message(
            conversation=copy, parent=last, role=role, content=content, text=text, revision=1
        )
        messages.append(last)
    Message.objects.bulk_create(messages)
    copy.current_leaf = last
    copy.save(update_fields=["current_leaf"])
    announce_listing(copy)
    return copy
