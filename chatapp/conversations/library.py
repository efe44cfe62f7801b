"""The verbs of a person's library of texts."""

from collections.abc import Mapping
from typing import Final

from django.db import transaction
from django.utils.translation import gettext

from chatapp.conversations.models import SavedText
from chatapp.conversations.named import bounded, cleaned, save_named
from chatapp.errors import Unusable
from chatapp.prompts.variables import VARIABLE, names_in

MOST_TEXTS: Final = 500
MOST_CHARACTERS: Final = 10_000


@transaction.atomic
def save_text(row: SavedText, name: str, body: str) -> None:
    """Create or change it. Raises Unusable."""
    row.name = cleaned(name.lstrip("/ "), 60)
    row.body = bounded(body, MOST_CHARACTERS)
    if not row.body:
        raise Unusable(gettext("Write the text that shall stand in the message."))
    is_new = row._state.adding
    if is_new and SavedText.objects.filter(owner=row.owner_id).count() >= MOST_TEXTS:
        raise Unusable(gettext("%(most)s texts are possible.") % {"most": MOST_TEXTS})
    save_named(row)


def asked_for(row: SavedText) -> list[str]:
    """The variables of the text, each once, in order."""
    return names_in(row.body)


def filled(row: SavedText, values: Mapping[str, str]) -> str:
    """The text with what the person said for its variables, word for word.

    It is their own message: unlike what is put into a system prompt, a value may have
    any length, lines and brackets. It is not read again for variables.
    """
    return VARIABLE.sub(lambda found: values.get(found[1], ""), row.body)
