"""Long conversations in the database, as the app would have them: notes made on the way."""

from django.utils import timezone

from bench.context.conversations import Kind, conversation
from chatapp.accounts.models import User
from chatapp.claude import Message as Answer
from chatapp.context import tokens
from chatapp.context.directions import directions
from chatapp.context.plan import Plan, plan
from chatapp.context.work import keep, next_work
from chatapp.conversations.models import Conversation, Message
from chatapp.prompts.models import Prompt, Version

STEP = 5  # turns after which notes are thought of
LINE = "- Somebody decided something, and the reason for it was told as well.\n"


def a_thread(turns: int) -> Message:
    """The empty answer at the end of a conversation of so many turns."""
    owner = User.objects.create(email=f"long{turns}@example.com", password="!")
    prompt = Prompt.objects.create(name=f"Long {turns}")
    version = Version.objects.create(prompt=prompt, number=1, body="Be kind.")
    thread = Conversation.objects.create(
        owner=owner, model="claude-sonnet-5-5", prompt=prompt, version=version
    )
    said = conversation(Kind(turns), seed=1).turns
    for at in range(0, turns, STEP):
        for turn in said[at : at + STEP]:
            _added(thread, "user", turn.user)
            _added(thread, "assistant", turn.assistant)
        _make_notes(thread)
    _added(thread, "user", "And now?")
    return _added(thread, "assistant", "", status="pending")


def planned(answer: Message) -> Plan:
    """The request for that answer, from nothing but its key."""
    found = Message.objects.select_related("conversation__version").get(pk=answer.pk)
    return plan(directions(found.conversation), found)


def _added(thread: Conversation, role: str, words: str, **fields: str) -> Message:
    message = Message.objects.create(
        conversation=thread,
        parent_id=thread.current_leaf_id,
        role=role,
        content=[{"type": "text", "text": words}] if words else [],
        text=words,
        created_at=timezone.now(),
        **fields,
    )
    thread.current_leaf_id = message.pk
    thread.save(update_fields=["current_leaf"])
    return message


def _make_notes(thread: Conversation) -> None:
    while work := next_work(thread.pk):
        lines = work.cap // tokens.of_text(LINE)
        words = {"type": "text", "text": LINE * lines}
        keep(work, Answer(content=[words], stop_reason="end_turn"))
