"""The thread as frames: the log of the branch that is shown, and what goes with it."""

from collections.abc import Sequence

from chatapp.context.shown import memory_frame, meter_frame
from chatapp.conversations.models import Conversation
from chatapp.generation.entries import Entry
from chatapp.generation.windows import html_of, newest
from chatapp.live.frames import frame_of


def log_frames(conversation: Conversation) -> str:
    """The end of the log with its revision, by which a page passes older ones over; the memory."""
    html = html_of(newest(conversation))
    return frame_of("log", html, revision=str(conversation.revision)) + memory_frame(conversation)


def memory_after(conversation: Conversation, since: int, newer: Sequence[Entry]) -> str:
    """How full Claude's memory is after an answer, or all of it where it changed."""
    if conversation.memory_revision > since:
        return memory_frame(conversation)
    calls = [entry.run.call for entry in newer if entry.run and entry.run.call]
    if not calls:
        return ""
    return meter_frame(conversation, calls[-1].all_input_tokens + calls[-1].output_tokens)
