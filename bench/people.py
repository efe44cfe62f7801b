"""The people of the benchmark, each with a session and a finished conversation."""

import uuid

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.middleware.csrf import _get_new_csrf_string  # type: ignore[attr-defined]

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation
from chatapp.generation.actions import begin_conversation
from chatapp.generation.finish import Ending, finish
from chatapp.generation.models import Run

ANSWER = [{"type": "text", "text": "Gladly."}]


def make_people(number: int) -> list[dict[str, str]]:
    people = [a_person(at) for at in range(number)]
    end_answers()
    return people


def end_answers() -> None:
    """So that nobody waits for one, of this run or of one that was ended."""
    live = Run.objects.live()
    finish([Ending(run.pk, "stopped", content=ANSWER) for run in live])


def a_person(at: int, user: User | None = None) -> dict[str, str]:
    # No password: hashing 800 of them would take longer than the benchmark.
    user = user or User.objects.create(email=f"reader{at}@example.com", password="!")
    conversation: Conversation = begin_conversation(user, uuid.uuid4(), "Hello", "")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    token: str = _get_new_csrf_string()
    names = settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME
    return {
        "conversation": str(conversation.pk),
        "cookie": f"{names[0]}={session.session_key}; {names[1]}={token}",
        "token": token,
    }
