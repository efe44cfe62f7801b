"""Where a sentence such as "Saved." waits for the next page."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage


class Notices(CookieStorage):
    """A signed cookie, as closely bound to this host as the others (ASVS 5, 3.3.1).

    Not the session: each notice would lengthen it.
    """

    cookie_name = "__Host-messages" if settings.SECURE_COOKIES else "messages"
