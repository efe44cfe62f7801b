"""Web search and web fetch as the API runs them: calls, results, and what is cited.

Nothing is fetched: the pages are made up, and always the same for the same question.
"""

import base64
import re
import zlib
from collections.abc import Iterator
from typing import Any

from chatapp.claude.simulator.directives import Directives, without
from chatapp.claude.simulator.transcript import newest_user_text
from chatapp.claude.simulator.wire import new_id

Block = dict[str, Any]
TYPES = re.compile(r"(web_search|web_fetch)_20\d{6}")
FOUND = 3  # pages of a search
_WORTH_A_SEARCH = re.compile(r"\b(?:search|look up|latest|news|today|current)\b", re.I)
_SITES = ("en.wikipedia.example", "www.nature.example", "news.example")
_DIRECT = {"type": "direct"}


def faults_of(number: int, tool: Block) -> Iterator[str]:
    """What is wrong with the definition of a server tool."""
    known = TYPES.fullmatch(str(tool.get("type")))
    if known is None:
        yield f"tools.{number}.type: Input tag '{tool.get('type')}' is not known"
    elif tool.get("name") != known[1]:
        yield f"tools.{number}.name: Input should be '{known[1]}'"
    if tool.get("allowed_domains") and tool.get("blocked_domains"):
        yield f"tools.{number}: only one of allowed_domains and blocked_domains may be given"
    if not isinstance(tool.get("max_uses", 1), int) or tool.get("max_uses", 1) < 1:
        yield f"tools.{number}.max_uses: Input should be greater than 0"


def faults_in(messages: list[Block]) -> Iterator[str]:
    """What is wrong with calls and results that are sent back."""
    for index, message in enumerate(messages):
        blocks = message["content"] if isinstance(message["content"], list) else []
        called = [block.get("id") for block in blocks if block["type"] == "server_tool_use"]
        told = [b.get("tool_use_id") for b in blocks if b["type"].startswith("web_")]
        if set(told) - set(called):
            yield f"messages.{index}: a result of a server tool has no `server_tool_use`"
        if set(called) - set(told) and index < len(messages) - 1:
            yield f"messages.{index}: `server_tool_use` ids were found without a result"
        for found in (block["content"] for block in blocks if block["type"].startswith("web_")):
            if isinstance(found, list) and not all(one.get("encrypted_content") for one in found):
                yield f"messages.{index}: encrypted_content: Field required"


def searches(body: Block, asked: Directives) -> list[Block]:
    """The calls of this answer, each with its result."""
    offered = {tool.get("name") for tool in body.get("tools") or () if "type" in tool}
    if body["messages"][-1]["role"] == "assistant" or not offered:
        return []  # the turn goes on after a pause
    due = [(name, given) for name, given in asked.searches if name in offered]
    words = without(newest_user_text(body))
    if not due and "web_search" in offered and _WORTH_A_SEARCH.search(words):
        due = [("web_search", {"query": words[:80]})]
    return [block for name, given in due for block in _set(name, given, asked.search_error)]


def paused(body: Block) -> list[Block]:
    """What was found before the pause, if this answer goes on after one."""
    last = body["messages"][-1]
    return list(last["content"]) if last["role"] == "assistant" else []


def cited(found: list[Block], text: Block) -> list[Block]:
    """The text, led by sentences that name their sources, in blocks as the API cuts them."""
    sources = [_citation(*page) for page in _pages(found)]
    if not sources:
        return [text]
    first, last = sources[0], sources[-1]
    blocks = [
        ("Here is what I found. ", []),
        (first["cited_text"].rstrip("."), [first]),
        (", and ", []),
        ("others say the same", [last, first]),
        (".\n\n", []),
    ]
    led = [{"type": "text", "text": words, "citations": of_it} for words, of_it in blocks]
    return [*led, text]


def usage(blocks: list[Block]) -> dict[str, int] | None:
    """How often each tool was used, as `usage.server_tool_use` tells."""
    names = [block["name"] for block in blocks if block["type"] == "server_tool_use"]
    if not names:
        return None
    return {f"{name}_requests": names.count(name) for name in ("web_search", "web_fetch")}


def _set(name: str, given: dict[str, Any], error: str | None) -> list[Block]:
    id = new_id("srvtoolu_")
    call = {"type": "server_tool_use", "id": id, "name": name, "input": given, "caller": _DIRECT}
    said: Any
    if error:
        said = {"type": f"{name}_tool_result_error", "error_code": error}
    elif name == "web_search":
        said = [_result(str(given["query"]), at) for at in range(FOUND)]
    else:
        said = _page(str(given["url"]))
    result = {"type": f"{name}_tool_result", "tool_use_id": id, "content": said, "caller": _DIRECT}
    return [call, result]


def _result(query: str, at: int) -> Block:
    slug = re.sub(r"\W+", "-", query).strip("-").lower()[:40] or "page"
    sealed = base64.b64encode(zlib.compress(query.encode()) * 8).decode()
    return {
        "type": "web_search_result",
        "title": f"{query[:60]}: page {at + 1}",
        "url": f"https://{_SITES[at % len(_SITES)]}/{slug}",
        "encrypted_content": sealed,
        "page_age": "2 days ago" if at else None,
    }


def _page(url: str) -> Block:
    source = {"type": "text", "media_type": "text/plain", "data": f"All about {url}. " * 20}
    document = {"type": "document", "source": source, "title": f"The page {url[:60]}"}
    return {
        "type": "web_fetch_result",
        "url": url,
        "content": document | {"citations": {"enabled": True}},
        "retrieved_at": "2026-11-20T12:00:00Z",
    }


def _pages(found: list[Block]) -> list[tuple[str, str]]:
    """Address and title of all pages in the results."""
    pages: list[tuple[str, str]] = []
    for block in found:
        said = block.get("content")
        if block["type"] == "web_search_tool_result" and isinstance(said, list):
            pages += [(one["url"], one["title"]) for one in said]
        elif block["type"] == "web_fetch_tool_result" and said and "content" in said:
            pages.append((said["url"], said["content"]["title"]))
    return pages


def _citation(url: str, title: str) -> Block:
    return {
        "type": "web_search_result_location",
        "url": url,
        "title": title,
        "cited_text": f"According to {title}, this is so.",
        "encrypted_index": base64.b64encode(url.encode()).decode(),
    }
