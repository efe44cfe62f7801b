"""The rules for a request, written a second time: from the rows, not from the planner.

`faults` names every rule of the reference (section 7) that a plan breaks. The path is
read by its own query; nothing of `chatapp.context` helps but the rows and the estimate.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Any

from django.conf import settings

from chatapp.claude import model
from chatapp.context import tokens
from chatapp.context.models import Protection, Summary
from chatapp.context.plan import Plan
from chatapp.conversations.models import Conversation, Message

Block = dict[str, Any]
Flat = list[tuple[str, Block]]
FENCES = ("<notes>", "</notes>")
TAG = re.compile(r"<\s*/?\s*notes\b", re.IGNORECASE)
STAFF = re.compile(r"<staff>\n(.+?)\n\n(.*)\n</staff>", re.DOTALL)
THINKING = ("thinking", "redacted_thinking")


@dataclass
class Case:
    """One plan, and all that must be known to judge it."""

    conversation: Conversation
    answer: Message
    made: Plan
    path: list[Message] = field(default_factory=list)
    rows: list[Summary] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.path = Message.objects.path_to(self.answer.pk)
        ids = [part["id"] for part in self.made.parts if part["kind"] == "summary"]
        found = {str(row.pk): row for row in Summary.objects.filter(pk__in=ids)}
        self.rows = [found[id] for id in ids]

    @property
    def messages(self) -> list[dict[str, Any]]:
        return self.made.request.messages

    @property
    def flat(self) -> Flat:
        return [(turn["role"], block) for turn in self.messages for block in turn["content"]]

    @property
    def head(self) -> int:
        """How many blocks stand before the tail."""
        return sum(part["kind"] in ("summary", "omission") for part in self.made.parts)

    @property
    def gone(self) -> int:
        """How many messages of the path are not sent themselves."""
        return sum(len(row.message_ids) for row in self.rows) + self.made.left_out

    @property
    def tail(self) -> list[Message]:
        return self.path[self.gone :]

    @property
    def is_in_a_loop(self) -> bool:
        last = self.messages[-1]["content"] if self.messages else []
        return bool(last) and all(block["type"] == "tool_result" for block in last)


def faults(case: Case, before: Plan | None = None) -> Iterator[str]:
    """The rules that this request breaks; with `before`, also as its successor."""
    for check in (roles, newest, tools, thinking, attachments, room, coverage, authority, kept):
        for fault in check(case):
            yield f"{check.__name__}: {fault}"
    if before is not None:
        yield from (f"prefix: {fault}" for fault in prefix(case, before))


def roles(case: Case) -> Iterator[str]:
    spoken = [turn["role"] for turn in case.messages]
    if not spoken or spoken[0] != "user":
        yield "does not begin with the user"
    if any(a == b for a, b in pairwise(spoken)) or set(spoken) - {"user", "assistant"}:
        yield "roles do not alternate"
    for turn in case.messages:
        empty = [b for b in turn["content"] if b["type"] == "text" and not b["text"].strip()]
        if empty or not turn["content"]:
            yield "something empty is sent"


def newest(case: Case) -> Iterator[str]:
    if not case.messages or case.messages[-1]["role"] != "user":
        yield "the user is not last"
        return
    if case.answer.content:
        return
    said = [message for message in case.path if message.role == "user"][-1].content
    if case.messages[-1]["content"][-len(said) :] != said:
        yield "the newest message is not last, whole and as it was stored"


def tools(case: Case) -> Iterator[str]:
    for turn, after in pairwise([*case.messages, {"role": "user", "content": []}]):
        calls = [b["id"] for b in turn["content"] if b["type"] == "tool_use"]
        results = [b["tool_use_id"] for b in after["content"] if b["type"] == "tool_result"]
        if turn["role"] == "user" and calls:
            yield "a call of the user"
        if turn["role"] == "assistant" and sorted(calls) != sorted(results):
            yield "a call without result, or a result without call"
        if any(b["type"] == "tool_result" for b in after["content"][len(results) :]):
            yield "a result behind other blocks"
    if any(block["type"] == "tool_result" for block in case.messages[0]["content"]):
        yield "a result before every call"


def thinking(case: Case) -> Iterator[str]:
    sent = [block for _, block in case.flat if block["type"] in THINKING]
    wanted: list[Block] = []
    if case.is_in_a_loop:
        for message in case.tail:
            for block in message.content:
                if message.role == "user" and block["type"] != "tool_result":
                    wanted = []
                elif block["type"] in THINKING and message.stop_reason != "refusal":
                    wanted.append(block)
        wanted = [b for b in wanted if b["type"] != "thinking" or b["signature"]]
    if sent != wanted:
        yield "thinking outside an open loop, or not all of it inside"


def attachments(case: Case) -> Iterator[str]:
    files = [b for message in case.tail for b in message.content if b["type"] == "image"]
    if [block for _, block in case.flat if block["type"] == "image"] != files:
        yield "images of the tail are not sent as they are stored"


def room(case: Case) -> Iterator[str]:
    request = case.made.request
    window = min(
        model(request.model, settings.MODEL_OVERRIDES).context_window,
        settings.CONTEXT_MARKS.get("app_cap", 100_000),
    )
    size = tokens.of_blocks(block for _, block in case.flat)
    if size + request.max_tokens + window * 0.02 > window + len(case.messages):
        yield f"{size} and {request.max_tokens} do not fit into {window}"
    marked = json.dumps(request.messages).count('"cache_control"')
    if marked > 1 or marked > len(case.rows):
        yield "more breakpoints than the last notes have"


def coverage(case: Case) -> Iterator[str]:
    ids = [message.pk for message in case.path]
    covered = [id for row in case.rows for id in row.message_ids]
    if ids[: len(covered)] != covered:
        yield "notes do not stand for the beginning of the path"
    for row in case.rows:
        own = [m for m in case.path if m.pk in set(row.message_ids)]
        if row.digest != digest(own):
            yield "notes of other words than those on the path"
        if row.withdrawn_at or row.corrections.filter(withdrawn_at=None).exists():
            yield "notes that were taken back or corrected"
    if words_of(case.tail) != _words_sent(case):
        yield "the tail is not sent once, whole and in order"
    marker = [part for part in case.made.parts if part["kind"] == "omission"]
    count = re.search(r"no room: (\d+)", json.dumps(case.messages[0]["content"][: case.head]))
    if bool(marker) != bool(case.made.left_out):
        yield "messages are left out without a marker"
    if marker and (count is None or int(count[1]) != case.made.left_out):
        yield "the marker does not tell how many are left out"


def words_of(tail: Sequence[Message]) -> list[str]:
    """Each text that must be sent, in order."""
    return [
        block["text"]
        for message in tail
        if message.stop_reason != "refusal"
        for block in message.content
        if block["type"] == "text" and block["text"].strip()
    ]


def _words_sent(case: Case) -> list[str]:
    sent = [block for _, block in case.flat[case.head :] if block["type"] == "text"]
    said = [_unfenced(block["text"]) for block in sent]
    return [text for text in said if text and not text.startswith("Your answer above was cut off.")]


def _unfenced(text: str) -> str:
    """What a person of the staff wrote; nothing for what they told on handing back."""
    fence = STAFF.fullmatch(text)
    if fence is None:
        return text
    return "" if "handed the conversation back" in fence[1] else fence[2]


def digest(messages: Sequence[Message]) -> str:
    said = [[str(m.pk), m.role, m.content, m.seams, m.stop_reason] for m in messages]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def authority(case: Case) -> Iterator[str]:
    system = case.made.request.system
    said = system if isinstance(system, str) else "".join(b["text"] for b in system or [])
    if said != case.conversation.version.body:
        yield "the system prompt is not as it was written"
    for row, (role, block) in zip(case.rows, case.flat, strict=False):
        inside = block["text"].partition("<notes>")[2].rpartition("</notes>")[0]
        if role != "user" or not block["text"].startswith("Notes on an earlier part"):
            yield "notes without their label, or in another's mouth"
        if [block["text"].count(fence) for fence in FENCES] != [1, 1] or TAG.search(inside):
            yield "notes are not fenced once"
        own = row.text.strip().replace("<", "‹").replace(">", "›")
        if own not in inside:
            yield "notes are not sent as they are, with their brackets made harmless"


def kept(case: Case) -> Iterator[str]:
    ids = {message.pk: message for message in case.path}
    protected = Protection.objects.filter(message__in=ids).values_list("message", flat=True)
    sent = _harmless("\n".join(b["text"] for _, b in case.flat if b["type"] == "text"))
    words = [_harmless(ids[id].text) for id in protected]
    spoken = sum(tokens.of_block(block) for _, block in case.flat[case.head :])
    spoken += tokens.of_text(case.conversation.version.body)
    if spoken + sum(map(tokens.of_text, words)) + 150 > case.made.limit:
        return  # the newest message goes before what was kept
    if any(word not in sent for word in words):
        yield "a protected message is not sent word for word"


def _harmless(words: str) -> str:
    return TAG.sub(lambda tag: "‹" + tag[0][1:], words)


def prefix(case: Case, before: Plan) -> Iterator[str]:
    """Between two compactions each request extends the one before it, byte for byte."""
    heads = [
        [part for part in made.parts if part["kind"] in ("summary", "omission", "system")]
        for made in (before, case.made)
    ]
    had = [(m["role"], json.dumps(b)) for m in before.request.messages for b in m["content"]]
    if heads[0] != heads[1] or before.left_out != case.made.left_out:
        return
    if any(json.loads(block)["type"] in THINKING for _, block in had):
        return  # the loop is over, and its thinking goes
    has = [(role, json.dumps(block)) for role, block in case.flat]
    if has[: len(had)] != had:
        yield "does not extend the request before it"
    if before.request.system != case.made.request.system:
        yield "another system prompt than before"
    merged = [role for role, _ in groupby(has[len(had) - 1 : len(had) + 1], lambda b: b[0])]
    if len(merged) == 2 and not _text(case.made).startswith(_text(before)[:-1]):
        yield "the bytes do not extend those before"


def _text(made: Plan) -> str:
    return json.dumps(made.request.messages)
