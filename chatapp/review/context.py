"""What pages of the room know; asked only where a template wants it."""

from functools import partial

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from chatapp.accounts.models import User
from chatapp.review.models import Mention


def mentioned(request: HttpRequest) -> dict[str, object]:
    """How often colleagues named the person since they last looked."""
    user = getattr(request, "user", AnonymousUser())
    return {"mention_count": SimpleLazyObject(partial(_count, user))}


def _count(user: User | AnonymousUser) -> int:
    if not isinstance(user, User):
        return 0
    return Mention.objects.filter(person=user, seen_at=None).count()
