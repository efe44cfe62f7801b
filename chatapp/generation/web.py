"""The cards of the server's tools: what was searched for, what was found, what was read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext

from chatapp.prompts.tools import label_of
from chatapp.rendering.citations import web_address
from chatapp.rendering.links import host_of

Block = Mapping[str, Any]
ASKED_MAX = 120  # characters of a question over its card


@dataclass(frozen=True)
class Page:
    """A page of the web; `url` empty where it is nothing to link to."""

    title: str
    url: str
    age: str = ""

    @property
    def host(self) -> str:
        return host_of(self.url) if self.url else ""


def is_result(block: Block) -> bool:
    """Whether it is what a tool of the server said."""
    kind = str(block.get("type"))
    return kind.endswith("_tool_result") and "tool_use_id" in block


def shown_result(result: Block) -> dict[str, Any]:
    """A result without what no person sees: the stream log need not hold whole pages."""
    bare = {"type": result["type"], "tool_use_id": result["tool_use_id"]}
    found = result.get("content")
    if isinstance(found, list):
        names = ("type", "title", "url", "page_age")
        return bare | {"content": [{n: one.get(n) for n in names} for one in found]}
    if not isinstance(found, dict) or "error_code" in found:
        return bare | {"content": found}
    title = (found.get("content") or {}).get("title")
    return bare | {"content": {"type": found.get("type"), "url": found.get("url"), "title": title}}


def headline(call: Block, result: Block | None) -> str:
    """What is being done, or was: with the words or the page that it was asked for."""
    running, over = _verbs(str(call.get("name")))
    given = call.get("input") or {}
    asked = " ".join(str(given.get("query") or "").split())
    if url := web_address(str(given.get("url") or "")):
        asked = host_of(url)
    said = over if result else running
    said = f"{said}: {asked[:ASKED_MAX]}" if asked else said
    if result and len(pages(result)) > 1:
        count = len(pages(result))
        said += " · " + ngettext("%(count)s page", "%(count)s pages", count) % {"count": count}
    return said


def _verbs(name: str) -> tuple[str, str]:
    if name == "web_search":
        return gettext("Searching the web"), gettext("Searched the web")
    if name == "web_fetch":
        return gettext("Opening a page"), gettext("Opened a page")
    return label_of(name), label_of(name)


def pages(result: Block) -> list[Page]:
    """What was found or read."""
    found = result.get("content")
    if isinstance(found, list):
        return [_page(one) for one in found]
    return [_page(found)] if isinstance(found, dict) and found.get("url") else []


def _page(found: Block) -> Page:
    content = found.get("content")
    inner = content.get("title") if isinstance(content, dict) else ""
    url = str(found.get("url") or "")
    title = " ".join(str(found.get("title") or inner or url).split())
    return Page(title, web_address(url), str(found.get("page_age") or ""))


def fault_of(result: Block) -> str:
    """Why a tool brought nothing, for people; empty if it did."""
    found = result.get("content")
    if not isinstance(found, dict) or "error_code" not in found:
        return ""
    code = str(found["error_code"])
    return {
        "max_uses_exceeded": gettext("One answer may do this no more often."),
        "too_many_requests": gettext("Too much was asked at once. Try again later."),
        "url_not_allowed": gettext("This page may not be opened here."),
        "url_not_accessible": gettext("The page could not be reached."),
        "unsupported_content_type": gettext("The page is neither text nor PDF."),
    }.get(code, gettext("It did not work (%(code)s).") % {"code": code})


def given_to(call: Block, result: Block | None) -> str:
    """What the headline has no room for: a long question, or an address nothing came from."""
    given = call.get("input") or {}
    asked = str(given.get("query") or "")
    if len(asked) > ASKED_MAX:
        return asked
    return "" if result and pages(result) else str(given.get("url") or "")
