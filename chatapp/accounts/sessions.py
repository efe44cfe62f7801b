"""Sessions: the store, and from a session's key to its person, read afresh each time."""

from types import SimpleNamespace
from typing import cast

from django.contrib.auth import get_user
from django.contrib.sessions.backends import db
from django.http import HttpRequest

from chatapp.accounts.factors import wants_factor
from chatapp.accounts.models import User


class SessionStore(db.SessionStore):
    """Django's own, which asks the database for any key of eight characters.

    A cookie may hold NUL, as `"\\000"`, and Postgres refuses a query with one.
    """

    def _validate_session_key(self, key: str | None) -> bool:
        return key is not None and len(key) >= 8 and key.isascii() and key.isalnum()


def user_of_session(session_key: str) -> User | None:
    """The active person of that session, or None.

    Django's own `get_user` decides, so a changed password, a deactivated person
    and a deleted session end here exactly as they do for a page. So do an account
    that is to be deleted and one that lacks its second factor, which have few pages.
    """
    session = SessionStore(session_key=session_key)
    request = cast(HttpRequest, SimpleNamespace(session=session))
    user = get_user(request)
    if not isinstance(user, User) or user.deletes_at or wants_factor(user):
        return None
    return user
