"""The branch that its owner sees, as one HTML file that needs nothing else and runs nothing."""

from base64 import b64encode
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from chatapp.conversations.exporting.told import Told
from chatapp.conversations.models import Conversation, Message

SHEETS = ("tokens", "base", "prose", "code", "shared")


def as_html(conversation: Conversation) -> str:
    """Safe wherever it is opened: its own policy allows no script and no request."""
    path = Message.objects.path_to(conversation.current_leaf_id)
    context = {
        "conversation": conversation,
        "messages_told": [Told.of(message) for message in path],
        "styles": _styles(),
    }
    return render_to_string("shared/file.html", context)


@cache
def _styles() -> str:
    """The style sheets as the address of a style sheet: a `style` element would need a hole
    in the policy that a text could use, too."""
    found = [finders.find(f"css/{name}.css") for name in SHEETS]
    text = "\n".join(Path(str(path)).read_text() for path in found)
    return "data:text/css;base64," + b64encode(text.encode()).decode()
