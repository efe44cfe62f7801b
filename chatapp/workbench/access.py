"""Who may enter the room."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from chatapp.accounts.roles import Role, has_role
from chatapp.conversations.access import reader
from chatapp.errors import NotThere

View = Callable[..., HttpResponseBase]


def for_admins(view: View) -> View:
    """Anybody else is answered as if there were no such page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not has_role(reader(request), Role.ADMIN):
            raise NotThere
        return view(request, *args, **kwargs)

    return guarded
