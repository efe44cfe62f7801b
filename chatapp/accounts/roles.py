"""The four roles, kept as Django groups, and the questions asked of them."""

from enum import StrEnum

from django.contrib.auth.models import AnonymousUser

from chatapp.accounts.models import User


class Role(StrEnum):
    MEMBER = "member"
    SUPPORT = "support"
    PROMPT_ADMIN = "prompt admin"
    ADMIN = "admin"


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
