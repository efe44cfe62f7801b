"""From a session's key to the person it stands for, read afresh each time."""

from types import SimpleNamespace
from typing import cast

from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest

from chatapp.accounts.models import User


def user_of_session(session_key: str) -> User | None:
    """The active person of that session, or None.

    Django's own `get_user` decides, so a changed password, a deactivated person
    and a deleted session end here exactly as they do for a page.
    """
    session = SessionStore(session_key=session_key)
    request = cast(HttpRequest, SimpleNamespace(session=session))
    user = get_user(request)
    return user if isinstance(user, User) else None
