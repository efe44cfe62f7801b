"""Canned replies, with variables."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation
from chatapp.prompts.variables import VARIABLE
from chatapp.review.actions.takeovers import card_of
from chatapp.review.models import Macro

VARIABLES = {
    "user_name": _("the name of the person who asks, or nothing"),
    "my_name": _("the name on one's own card"),
    "title": _("the title of the conversation"),
}


def filled(macro: Macro, conversation: Conversation, by: User, mask: Callable[[str], str]) -> str:
    """Its text for this conversation; what is no variable stays as it is."""
    values = {
        "user_name": conversation.owner.name,
        "my_name": card_of(by).name,
        "title": mask(str(conversation)),
    }
    return VARIABLE.sub(lambda found: values.get(found[1], found[0]), macro.text)
