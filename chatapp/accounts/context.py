"""What every page knows of who looks at it; asked only where a template wants it."""

from functools import partial

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from chatapp.accounts.roles import Role, can_review, can_write_prompts, has_role


def rights(request: HttpRequest) -> dict[str, object]:
    """Whether to show the ways into the other rooms; the rooms themselves ask again."""
    # A request that is refused early, for a foreign host, has nobody yet.
    user = getattr(request, "user", AnonymousUser())
    return {
        "is_admin": SimpleLazyObject(partial(has_role, user, Role.ADMIN)),
        "is_reviewer": SimpleLazyObject(partial(can_review, user)),
        "is_writer": SimpleLazyObject(partial(can_write_prompts, user)),
    }
