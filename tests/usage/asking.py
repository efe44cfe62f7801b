"""Small factories of the ledger's tests."""

from typing import Any

from chatapp.accounts.models import User
from chatapp.claude import Request
from chatapp.conversations.models import Conversation
from chatapp.usage.ledger import Asking, Outcome, open_call, settle
from chatapp.usage.models import Call

SONNET, HAIKU = "claude-sonnet-5-5", "claude-haiku-5-5"


def a_request(text: str = "Hello?", model: str = SONNET, max_tokens: int = 1_000) -> Request:
    return Request(model=model, max_tokens=max_tokens, messages=[{"role": "user", "content": text}])


def asked(user: User, conversation: Conversation | None = None, **fields: Any) -> Call:
    """A call that has been opened."""
    pk = conversation.pk if conversation else None
    return open_call(Asking(Call.Purpose.ANSWER, a_request(**fields), user.pk, pk))


def settled(call: Call, **outcome: Any) -> Call:
    settle([Outcome(call.pk, **outcome)])
    call.refresh_from_db()
    return call


def paid(user: User, dollars: int) -> Call:
    """A call that cost that much: output of Sonnet 5.5 is 10 dollars a million tokens."""
    usage = {"input_tokens": 0, "output_tokens": dollars * 100_000}
    return settled(asked(user), usage=usage, stop_reason="end_turn")
