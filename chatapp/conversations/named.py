"""What a person names: folders, tags, texts of the library. No two of a kind are called alike."""

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext

from chatapp.errors import Unusable


def cleaned(text: str, most: int) -> str:
    """A name on one line. Raises Unusable where nothing is left, or too much."""
    name = " ".join(text.replace("\x00", "").split())
    if not name:
        raise Unusable(gettext("A name needs at least one character."))
    if len(name) > most:
        raise Unusable(gettext("A name has at most %(most)s characters.") % {"most": most})
    return name


def bounded(text: str, most: int) -> str:
    """A longer text as it can be kept. Raises Unusable where it is too long."""
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(text) > most:
        raise Unusable(
            gettext("This text has %(size)s characters; %(most)s are possible.")
            % {"size": intcomma(len(text)), "most": intcomma(most)}
        )
    return text


@transaction.atomic
def save_named(row: models.Model) -> None:
    """Raises Unusable where the owner has another one of that name."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Unusable(gettext("You have one of that name already.")) from None
