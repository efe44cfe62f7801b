"""Who may enter the room."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from chatapp.accounts.models import User
from chatapp.accounts.roles import Role, can_write_prompts, has_role
from chatapp.conversations.access import reader
from chatapp.errors import NotThere

View = Callable[..., HttpResponseBase]


def for_admins(view: View) -> View:
    """Anybody else is answered as if there were no such page."""
    return _for(lambda user: has_role(user, Role.ADMIN), view)


def for_writers(view: View) -> View:
    """For whoever may write prompts; anybody else is answered as above."""
    return _for(can_write_prompts, view)


def _for(is_allowed: Callable[[User], bool], view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_allowed(reader(request)):
            raise NotThere
        return view(request, *args, **kwargs)

    return guarded
