"""The blocks of a message as they are shown: the context of `generation/_part.html`."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from chatapp.conversations.models import Message
from chatapp.generation import web
from chatapp.generation.citations import Source, Sources, joined
from chatapp.prompts.tools import label_of
from chatapp.rendering import render, render_plain
from chatapp.rendering.citations import put_notes

Block = Mapping[str, Any]
Cover = Callable[[str], str]
SAID = {"text", "thinking", "input", "content", "citations"}  # what of a block is words
SERVER_CALL = "server_tool_use"


@dataclass(frozen=True)
class Part:
    """A block of a message as it is shown, or blocks of text that are one.

    Of a tool `html` is what it said, or why it did not. The kind "sources" closes an
    answer that cites some.
    """

    kind: str
    html: SafeString = field(default_factory=SafeString)
    seam: bool = False
    label: str = ""  # what stands over it while it is folded
    given: SafeString = field(default_factory=SafeString)  # what a tool was called with
    pages: Sequence[web.Page] = ()
    sources: Sequence[Source] = ()
    is_error: bool = False
    # While it is written: the page finds the block by its number.
    is_live: bool = False
    is_open: bool = False  # unfolded, or at work
    block: int = 0


def parts_of(message: Message, cover: Cover = str) -> list[Part]:
    """All of a message in order; `cover` is what its texts go through."""
    if message.role == Message.Role.USER:
        return [Part("text", render_plain(cover(message.text)))] if message.text else []
    shower = _Shower(message, cover)
    for at, block in enumerate(message.content):
        shower.take(at, block)
    return shower.ended()


class _Shower:
    """One pass over the blocks of an answer."""

    def __init__(self, message: Message, cover: Cover) -> None:
        self.message = message
        self.cover = cover
        self.sources = Sources()
        self.parts: list[Part] = []
        self.texts: list[Block] = []  # blocks of text that are one, so far
        self.text_seam = False
        self.is_seam = False  # a continuation may begin with a block that is not shown
        # A call of ours stands where its result does, one of the server where it was made.
        self.calls = {b.get("id"): b for b in message.content if b.get("type") == "tool_use"}
        self.told = {b.get("tool_use_id"): b for b in message.content if "tool_use_id" in b}

    def take(self, at: int, block: Block) -> None:
        self.is_seam = self.is_seam or at in self.message.seams
        if block.get("type") == "text":
            self._text(block)
        elif part := self._part(at, block):
            self._close_text()
            self.parts.append(replace(part, seam=self.is_seam))
            self.is_seam = False

    def _text(self, block: Block) -> None:
        if not block["text"]:
            return
        if self.is_seam:
            self._close_text()
        if not self.texts:
            self.text_seam, self.is_seam = self.is_seam, False
        self.texts.append(block)

    def _close_text(self) -> None:
        if self.texts:
            html = text_html(self.texts, self.sources, self.cover)
            self.parts.append(Part("text", html, seam=self.text_seam))
            self.texts = []

    def ended(self) -> list[Part]:
        self._close_text()
        if self.sources.found:
            self.parts.append(Part("sources", sources=list(self.sources.found.values())))
        return self.parts

    def _part(self, at: int, block: Block) -> Part | None:
        kind, id = block.get("type"), block.get("id")
        if kind == "thinking" and block.get("thinking"):
            ms = self.message.thinking_ms.get(str(at))
            html = render(self.cover(block["thinking"]))
            return Part("thinking", html, label=thought_label(ms))
        if kind == "redacted_thinking":
            return hidden_part()
        if kind == "tool_result" and block.get("tool_use_id") in self.calls:
            return tool_part(self._covered(self.calls[block["tool_use_id"]]), self._covered(block))
        if kind == "tool_use" and id not in self.told:
            return tool_part(self._covered(block), not_run())
        if kind == SERVER_CALL:
            return tool_part(self._covered(block), self._covered(self.told.get(id) or not_run()))
        return None

    def _covered(self, block: Block) -> Block:
        return block if self.cover is str else covered(block, self.cover)


def text_html(blocks: Sequence[Block], sources: Sources, cover: Cover = str) -> SafeString:
    """Blocks of text that are one, with the numbers of their sources."""
    shown = blocks if cover is str else [covered(block, cover) for block in blocks]
    whole = cover("".join(block["text"] for block in blocks))
    if whole != "".join(block["text"] for block in shown):
        # What is to be covered was cut in two by the blocks; then none of them is told apart.
        return render(whole)
    html = render(joined(shown, sources))
    return put_notes(sources.notes, html)


def covered(block: Block, cover: Cover) -> dict[str, Any]:
    """The block with all that was said in it gone through `cover`."""
    return {k: _through(v, cover) if k in SAID else v for k, v in block.items()}


def _through(value: Any, cover: Cover) -> Any:
    if isinstance(value, str):
        return cover(value)
    if isinstance(value, dict):
        return {cover(k): _through(v, cover) for k, v in value.items()}
    return [_through(v, cover) for v in value] if isinstance(value, list) else value


def thought_label(ms: int | None) -> str:
    """How long Claude thought, in words; `ms` None where nobody knows."""
    if ms is None:
        return gettext("Thought")
    seconds = round(ms / 1000)
    if seconds < 1:
        return gettext("Thought for a moment")
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return gettext("Thought for %(seconds)s s") % {"seconds": seconds}
    return gettext("Thought for %(minutes)s min %(seconds)s s") % {
        "minutes": minutes,
        "seconds": rest,
    }


def hidden_part() -> Part:
    """Thinking that the API has encrypted: nobody but Claude can read it."""
    return Part("redacted", label=gettext("Some of what Claude thought is kept hidden for safety."))


def not_run() -> dict[str, Any]:
    return {"content": gettext("It was not run."), "is_error": True}


def tool_part(call: Block, result: Block | None) -> Part:
    """The card of a tool; of one of the server also while it runs, without a result yet."""
    if call.get("type") == SERVER_CALL:
        return _server_part(call, result)
    given = [
        f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for name, value in (call.get("input") or {}).items()
    ]
    said = result or {}
    return Part(
        "tool",
        render_plain(str(said.get("content", ""))),
        label=label_of(str(call.get("name"))),
        given=render_plain("\n".join(given)),
        is_error=bool(said.get("is_error")),
    )


def _server_part(call: Block, result: Block | None) -> Part:
    fault = ""
    if result:
        was_lost = bool(result.get("is_error"))
        fault = str(result.get("content")) if was_lost else web.fault_of(result)
    return Part(
        "tool",
        render_plain(fault or ("" if result else gettext("In a moment its result stands here."))),
        label=web.headline(call, result),
        given=render_plain(web.given_to(call, result)),
        pages=web.pages(result) if result else (),
        is_error=bool(fault),
        is_open=result is None,
    )


def markdown_of(message: Message) -> str:
    """The message as it was written, its sources as footnotes: for whoever copies it."""
    sources, parts = Sources(), []
    for words in _rounds(message.content):
        parts.append(joined(words, sources, footnotes=True))
    if not sources.found:
        return message.text
    notes = [f"[^{one.number}]: {one.as_markdown}" for one in sources.found.values()]
    return "\n\n".join([*filter(None, parts), "\n".join(notes)])


def _rounds(content: Iterable[Block]) -> list[list[Block]]:
    """The blocks of text between results of tools."""
    rounds: list[list[Block]] = [[]]
    for block in content:
        if block.get("type") == "text":
            rounds[-1].append(block)
        elif "tool_use_id" in block:
            rounds.append([])
    return rounds
