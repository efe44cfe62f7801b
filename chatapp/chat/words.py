"""What scripts say to people. A page carries it in its language (`static/js/translate.js`)."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

WORDS = (
    _("%(count)s characters left"),
    _("Connected again"),
    _("Copied"),
    _("Dismiss"),
    _("Go to your chats"),
    _("Load it again"),
    _("Not copied"),
    _("Reconnecting…"),
    _("Send (Enter)"),
    _("Sending…"),
    _("Sign in again"),
    _("Something went wrong. Try again."),
    _("Ten messages wait already."),
    _("The answer is complete."),
    _("The server could not be reached. Nothing is lost; try again."),
    _("This page is out of date."),
    _("Too long by %(count)s characters."),
    _("Waits its turn."),
    _("Write a message first."),
    _("You are offline. What is written goes on; it will be here when you are back."),
    _("You are offline; your text is kept."),
    _("You have been signed out."),
    _("You have been signed out. Your text is kept; sign in again and send it."),
    _("You may no longer read this conversation."),
)


def translated() -> dict[str, str]:
    """By the English sentence; nothing for one that stays as it is."""
    said = {sentence: gettext(sentence) for sentence in WORDS}
    return {english: other for english, other in said.items() if other != english}
