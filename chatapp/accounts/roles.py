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


def can_chat(user: User | AnonymousUser) -> bool:
    """Every active person may have conversations of their own, whatever the role."""
    return user.is_authenticated and user.is_active
