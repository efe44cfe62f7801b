"""The tool by which Claude asks for a person, where the prompt's version allows it."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

from chatapp.conversations.handover import ask_for_person, goes_on_after_takeover
from chatapp.conversations.models import Conversation
from chatapp.prompts.tools import Tool, register

DESCRIPTION = (
    "Ask a person of the support team to join this conversation. Use it when the user wants a "
    "person, or when you cannot help and a person could. Somebody comes later, not at once: tell "
    "the user so, and go on helping as far as you can. Say why in one paragraph, for the person "
    "who will read it: what the user wants, what was tried, what is needed."
)
SCHEMA = {
    "type": "object",
    "properties": {"reason": {"type": "string", "minLength": 1, "maxLength": 2_000}},
    "required": ["reason"],
    "additionalProperties": False,
}
ASKED = "A person has been asked for. Nobody is here yet; the user can see that they wait."
TRIED = "This is a trial: nobody was asked, in a real conversation somebody would be."
AFTER = "A person was here a moment ago and handed back to you. Help the user yourself first."


def request_human(conversation_id: uuid.UUID, message_id: uuid.UUID, given: dict[str, Any]) -> str:
    """Ask once; Claude that calls again is told the same. Raises Conflict, NotThere."""
    if Conversation.objects.filter(pk=conversation_id, is_trial=True).exists():
        return TRIED
    if not goes_on_after_takeover(conversation_id, message_id):
        return AFTER
    ask_for_person(conversation_id, None, given["reason"], message_id)
    return ASKED


register(
    Tool(
        name="request_human",
        label=_("Ask for a person"),
        description=DESCRIPTION,
        input_schema=SCHEMA,
        run=request_human,
    )
)
