"""What each request of a person passes: their language and zone, their session, their account."""

from collections.abc import Callable
from time import monotonic

from allauth.core.internal.httpkit import HTTP_USER_AGENT_MAX_LENGTH, get_client_ip
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone, translation

from chatapp.accounts.factors import wants_factor
from chatapp.accounts.manners import manner_of
from chatapp.accounts.models import User

Answer = Callable[[HttpRequest], HttpResponseBase]
SEEN_SECONDS = 5 * 60  # how exact "last seen" is, and how seldom it is written
MOST_NOTED = 10_000
LEAVING = {"account_leaving", "account_logout"}
ENTERING = {"account_reauthenticate", "account_logout"}


def person_of(request: HttpRequest) -> User | None:
    """The signed-in person; asks nothing of the database where no session is shown."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    return request.user if isinstance(request.user, User) else None


def signed_in(request: HttpRequest) -> User:
    """The person of a page that only people see who are signed in."""
    assert isinstance(request.user, User)
    return request.user


class Manners:
    """Speaks to each person in their language and time zone, after Django's LocaleMiddleware."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        browsers = translation.get_language() or settings.LANGUAGE_CODE
        manner = manner_of(person_of(request), browsers)
        with manner.used():
            request.LANGUAGE_CODE = manner.language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", manner.language)
            return response


class LastSeen:
    """Notes now and then from where a session was used last.

    What was noted is known to this process alone: others note it once more, and Redis
    may be away.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.noted: dict[str, float] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = request.session.session_key or ""
        if person_of(request) and self._is_due(key) and not self._note(request, key):
            UserSession.objects.create_from_request(request)
        return self.get_response(request)

    def _note(self, request: HttpRequest, key: str) -> bool:
        """Whether the session is among those that are listed."""
        agent = request.headers.get("User-Agent", "")[:HTTP_USER_AGENT_MAX_LENGTH]
        now = {"ip": get_client_ip(request), "user_agent": agent, "last_seen_at": timezone.now()}
        return bool(UserSession.objects.filter(session_key=key).update(**now))

    def _is_due(self, key: str) -> bool:
        now = monotonic()
        if now - self.noted.get(key, -SEEN_SECONDS) < SEEN_SECONDS:
            return False
        if len(self.noted) >= MOST_NOTED:
            self.noted.clear()
        self.noted[key] = now
        return True


class Threshold:
    """Leads whoever wanted the account deleted, or lacks a factor, to where that is settled."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponseBase | None:
        person = person_of(request)
        if not person or not getattr(view, "login_required", True):
            return None
        page = request.resolver_match.view_name if request.resolver_match else ""
        if person.deletes_at:
            return None if page in LEAVING else redirect("account_leaving")
        if page in ENTERING or page.startswith("mfa_") or not wants_factor(person):
            return None
        return redirect("mfa_index")
