"""A thread with all that an answer may hold."""

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation, Message

FILE = {"type": "image", "source": {"type": "file", "file_id": "1"}, "title": "me.png"}
RICH = [
    {"type": "thinking", "thinking": "Secret thoughts", "signature": "s"},
    {"type": "tool_use", "id": "1", "name": "look", "input": {"at": "a secret place"}},
    {"type": "tool_result", "tool_use_id": "1", "content": "A tool said this"},
    {
        "type": "text",
        "text": "The answer",
        "citations": [{"title": "A source", "url": "https://example.com/a"}],
    },
]


def a_rich_thread(owner: User, question: str = "The question", title: str = "") -> Conversation:
    """A file in the question; thinking, a tool and a source in the answer."""
    model = "claude-sonnet-5-5"
    thread = Conversation.objects.create(owner=owner, model=model, title=title or question)
    asked = Message.objects.create(
        conversation=thread,
        role="user",
        text=question,
        content=[FILE, {"type": "text", "text": question}],
    )
    thread.current_leaf = Message.objects.create(
        conversation=thread,
        parent=asked,
        role="assistant",
        text="The answer",
        content=RICH,
        model=model,
        stop_reason="end_turn",
    )
    thread.save()
    return thread
