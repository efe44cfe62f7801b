"""The four roles, kept as Django groups, their rights, and the questions asked of both."""

from enum import StrEnum

from django.contrib.auth.models import AnonymousUser
from django.db.models import TextChoices

from chatapp.accounts.models import User


class Role(StrEnum):
    MEMBER = "member"
    SUPPORT = "support"
    PROMPT_ADMIN = "prompt admin"
    ADMIN = "admin"


class Right(TextChoices):
    """What may be done with conversations of others; kept as Django permissions of groups."""

    READ_FLAGGED = "read_flagged", "Read flagged conversations of others"
    READ_ALL = "read_all", "Read all conversations of others"
    TAKE_OVER = "take_over", "Speak in the place of the assistant"
    UNCOVER = "uncover", "See what is masked"
    EXPORT = "export_others", "Export conversations of others"


# What the groups begin with (conversations, migration 0009); admins change it.
FIRST_RIGHTS = {
    Role.SUPPORT: (Right.READ_FLAGGED, Right.TAKE_OVER),
    Role.ADMIN: tuple(Right),
}


def has_right(user: User | AnonymousUser, right: Right) -> bool:
    """Whether the person is active and in a group with that right."""
    return user.has_perm(f"conversations.{right.value}")


def can_review(user: User | AnonymousUser) -> bool:
    """Whether the support room is open to the person: they may read something there."""
    return has_right(user, Right.READ_FLAGGED) or has_right(user, Right.READ_ALL)


def has_role(user: User | AnonymousUser, role: Role) -> bool:
    """Whether the person is active and stands in the group of that role."""
    return user.is_active and user.groups.filter(name=role.value).exists()


def can_write_prompts(user: User | AnonymousUser) -> bool:
    """Prompt admins and admins write, publish and take back what Claude is told."""
    roles = (Role.PROMPT_ADMIN.value, Role.ADMIN.value)
    return user.is_active and user.groups.filter(name__in=roles).exists()


def can_chat(user: User | AnonymousUser) -> bool:
    """Every active person may have conversations of their own, whatever the role."""
    return user.is_authenticated and user.is_active
