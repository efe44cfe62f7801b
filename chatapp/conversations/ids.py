"""Ids that a browser makes, so that what is posted twice is one thing."""

import uuid

from django.utils.translation import gettext

from chatapp.errors import Unusable


def given_id(text: str) -> uuid.UUID:
    """Raises Unusable when it is not one.

    A browser without script sends none; it cannot send the same form twice unseen
    either, so it gets a fresh one.
    """
    try:
        return uuid.UUID(text) if text else uuid.uuid4()
    except ValueError:
        raise Unusable(
            gettext("This message has no valid id. Reload the page and send it again.")
        ) from None
