"""In which language and time zone somebody is spoken to: the person's choice over the browser's."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation

from chatapp.accounts.models import User

ZONES = frozenset(available_timezones())


@dataclass(frozen=True)
class Manner:
    """A language as Django names it, and a zone of the tz database; empty: that of the server."""

    language: str
    zone: str

    @contextmanager
    def used(self) -> Iterator[None]:
        """Words, dates and numbers are of this manner within."""
        zone = ZoneInfo(self.zone) if self.zone in ZONES else None
        with timezone.override(zone), translation.override(self.language or None):
            yield


def current_manner() -> Manner:
    """The one in which this task or thread speaks right now."""
    return Manner(translation.get_language() or "", timezone.get_current_timezone_name())


def manner_of(person: User | None, browsers_language: str) -> Manner:
    """As the person wants it, as far as they said; the rest is the browser's."""
    is_spoken = person is not None and person.locale in dict(settings.LANGUAGES)
    language = person.locale if person and is_spoken else browsers_language
    return Manner(language, person.time_zone if person else "")


def language_of_browser(accepted: str) -> str:
    """The best of our languages by `Accept-Language`, for what is no request of Django's."""
    asked = SimpleNamespace(COOKIES={}, META={"HTTP_ACCEPT_LANGUAGE": accepted}, path_info="/")
    return translation.get_language_from_request(cast(HttpRequest, cast(Any, asked)))
