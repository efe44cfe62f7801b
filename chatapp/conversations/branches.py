"""The tree of a conversation: versions of a message, the branch that is shown, and cuts.

A branch is named by its leaf, the message at its end. Versions of a message are its siblings:
the children of one parent, or the first messages of one conversation.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from chatapp.conversations.actions import announce
from chatapp.conversations.models import Conversation, Message
from chatapp.errors import Conflict

OF_A_PATH = """
    WITH RECURSIVE path AS (
        SELECT id, parent_id FROM conversations_message WHERE id = ANY(%s)
        UNION ALL
        SELECT m.id, m.parent_id FROM conversations_message m JOIN path ON m.id = path.parent_id
    )
    SELECT id FROM path WHERE id = ANY(%s)
"""
ABOVE = """
WITH RECURSIVE path AS (
    SELECT id, parent_id, 0 AS depth FROM conversations_message
    WHERE id = %(leaf)s AND conversation_id = %(conversation)s
    UNION ALL
    SELECT m.id, m.parent_id, path.depth + 1 FROM conversations_message m
    JOIN path ON m.id = path.parent_id WHERE path.id IS DISTINCT FROM %(top)s
)
SELECT id FROM path ORDER BY depth DESC
"""
BELOW = """
    WITH RECURSIVE below AS (
        SELECT id, parent_id, created_at, role FROM conversations_message WHERE id = %s
        UNION ALL
        SELECT m.id, m.parent_id, m.created_at, m.role
        FROM conversations_message m JOIN below ON m.parent_id = below.id
    )
"""
NEWEST_LEAF = f"""
    {BELOW} SELECT id FROM below
    WHERE NOT EXISTS (SELECT FROM conversations_message c WHERE c.parent_id = below.id)
    ORDER BY created_at DESC, id DESC LIMIT 1
"""
# The two paths part at children of one parent; the one on the way that is left remembers its end.
REMEMBER = """
    WITH RECURSIVE shown AS (
        SELECT id, parent_id FROM conversations_message WHERE id = %(old)s
        UNION ALL
        SELECT m.id, m.parent_id FROM conversations_message m JOIN shown ON m.id = shown.parent_id
    ), next AS (
        SELECT id, parent_id FROM conversations_message WHERE id = %(new)s
        UNION ALL
        SELECT m.id, m.parent_id FROM conversations_message m JOIN next ON m.id = next.parent_id
    )
    UPDATE conversations_message SET left_leaf = %(old)s
    WHERE id IN (SELECT id FROM shown EXCEPT SELECT id FROM next)
    AND (parent_id IS NULL OR parent_id IN (SELECT id FROM next))
"""


def versions_of(messages: Iterable[Message]) -> dict[uuid.UUID, Sequence[uuid.UUID]]:
    """For each message that has siblings all of them, itself included, the oldest first.

    One query, however many messages there are.
    """
    known = list(messages)
    parents = {message.parent_id for message in known if message.parent_id}
    begun = {message.conversation_id for message in known if not message.parent_id}
    groups = (
        Message.objects.filter(Q(parent__in=parents) | Q(parent=None, conversation__in=begun))
        .order_by()
        .values("conversation", "parent")
        .annotate(count=Count("pk"), ids=ArrayAgg("pk", order_by=("created_at", "pk")))
        .filter(count__gt=1)
        .values_list("ids", flat=True)
    )
    return {pk: ids for ids in groups for pk in ids}


def only_shown(
    conversations: Mapping[uuid.UUID, Conversation], messages: Sequence[Message]
) -> list[Message]:
    """Those of the messages that stand on the branch that their conversation shows.

    Mostly that is told by the messages themselves; else by one query for all.
    """
    by_id = {message.pk: message for message in messages}
    shown: set[uuid.UUID] = set()
    for conversation in conversations.values():
        at = conversation.current_leaf_id
        while at and at in by_id:
            shown.add(at)
            at = by_id[at].parent_id
    if rest := [pk for pk in by_id if pk not in shown]:
        leaves = [row.current_leaf_id for row in conversations.values() if row.current_leaf_id]
        with connection.cursor() as cursor:
            cursor.execute(OF_A_PATH, [leaves, rest])
            shown |= {pk for (pk,) in cursor.fetchall()}
    return [message for message in messages if message.pk in shown]


def leaf_of(message: Message) -> uuid.UUID:
    """Where the branch of that message was left; or else its newest leaf."""
    with connection.cursor() as cursor:
        for start in filter(None, (message.left_leaf, message.pk)):
            cursor.execute(NEWEST_LEAF, [start])
            if found := cursor.fetchone():
                return uuid.UUID(str(found[0]))
    return message.pk


def show(conversation: Conversation, leaf: uuid.UUID | None, *, is_left: bool = True) -> None:
    """Have the branch that ends there shown, in every tab. The conversation must be locked.

    The one that was shown until now remembers where it was left, if it `is_left` to stand.
    """
    if is_left:
        remember(conversation, leaf)
    conversation.current_leaf_id = leaf
    announce(conversation, path_changed=True)
    conversation.save(update_fields=["current_leaf", "revision", "path_revision"])


def remember(conversation: Conversation, new: uuid.UUID | None) -> None:
    """Have the branch that is shown remember its end, before the one that ends at `new` is."""
    if conversation.current_leaf_id and new:
        with connection.cursor() as cursor:
            cursor.execute(REMEMBER, {"old": conversation.current_leaf_id, "new": new})


def below(message: Message) -> list[tuple[uuid.UUID, str]]:
    """That message and all below it on every branch: ids and roles."""
    with connection.cursor() as cursor:
        cursor.execute(f"{BELOW} SELECT id, role FROM below", [message.pk])
        return [(pk, role) for pk, role in cursor.fetchall()]


def cut(conversation: Conversation, message: Message) -> None:
    """Delete that message and all below it, for good. The conversation must be locked.

    If it was shown, a version beside it is shown instead, or else what stands before it.
    Raises Conflict where something is being written there, or a person of the staff spoke.
    """
    gone = below(message)
    ids = [pk for pk, _ in gone]
    if any(role == Message.Role.PERSON for _, role in gone):
        raise Conflict(
            _("A person of the support team wrote here. Only the whole chat can be deleted.")
        )
    if Message.objects.filter(pk__in=ids, status=Message.Status.PENDING).exists():
        raise Conflict(_("An answer is being written here. Wait for it, or stop it first."))
    leaf = conversation.current_leaf_id
    show(conversation, _beside(message) if leaf in ids else leaf, is_left=False)
    Message.objects.filter(pk__in=ids).delete()


def _beside(message: Message) -> uuid.UUID | None:
    """The leaf of the version before that message, or of the one after it; or its parent."""
    versions = versions_of([message]).get(message.pk, [])
    others = [pk for pk in versions if pk != message.pk]
    if not others:
        return message.parent_id
    at = list(versions).index(message.pk)
    return leaf_of(Message.objects.get(pk=others[max(0, at - 1)]))


def keys_to(
    conversation: Conversation, leaf_id: uuid.UUID | None, top_id: uuid.UUID | None = None
) -> list[uuid.UUID]:
    """The keys from the root, or from `top_id`, down to that message; none of another thread."""
    values = {"leaf": leaf_id, "top": top_id, "conversation": conversation.pk}
    with connection.cursor() as cursor:
        cursor.execute(ABOVE, values)
        return [key for (key,) in cursor.fetchall()]
