"""Tools that the API runs for us: web search and web fetch.

A version allows them by name, like our own tools; in each conversation its owner turns
them on. Nothing of ours is run: calls and results come within one answer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MAX_USES = 5  # of each tool in one answer, where the version says nothing
PAGE_TOKENS = 40_000  # of a page that is fetched; the rest of it is left out
DOMAIN = r"[a-z0-9-]+(\.[a-z0-9-]+)+(/[^\s?#]*)?"  # as the API takes it


@dataclass(frozen=True)
class ServerTool:
    """`type` is the dated name of its definition (Messages API, server tools)."""

    name: str
    type: str
    label: str | Promise
    hint: str | Promise
    more: Mapping[str, Any]


SERVER_TOOLS: Mapping[str, ServerTool] = {
    tool.name: tool
    for tool in (
        ServerTool(
            "web_search",
            "web_search_20260318",
            _("Web search"),
            _("Claude looks things up and names its sources"),
            {},
        ),
        ServerTool(
            "web_fetch",
            "web_fetch_20260318",
            _("Web pages"),
            _("Claude opens links that stand in the conversation"),
            {"max_content_tokens": PAGE_TOKENS, "citations": {"enabled": True}},
        ),
    )
}


def definitions(
    allowed: Iterable[str], wanted: Iterable[str], rules: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Of those that are both allowed and wanted, as a request names them.

    `rules` are a version's: `max_uses` of each, and `allowed_domains` or
    `blocked_domains`. In the same order always: what is cached stands behind them.
    """
    names = {*allowed} & {*wanted}
    return [
        {
            "type": tool.type,
            "name": tool.name,
            "max_uses": MAX_USES,
            # Else newer types run code to sift results, in blocks that nobody here can show.
            "allowed_callers": ["direct"],
            **tool.more,
            **rules,
        }
        for tool in SERVER_TOOLS.values()
        if tool.name in names
    ]
