"""Calls of server tools in what is sent back: whole, or not at all.

A call and its result stand in one answer of Claude. What is missing or cut would be
refused, and so would a result without the part that only the API can read.
"""

from collections.abc import Iterable, Mapping
from typing import Any

Block = Mapping[str, Any]
CALL = "server_tool_use"
RESULTS = {"web_search_tool_result", "web_fetch_tool_result"}


def whole_calls(content: Iterable[Block]) -> set[str]:
    """The ids of the calls whose result the API takes back."""
    blocks = list(content)
    called = {str(block.get("id")) for block in blocks if block.get("type") == CALL}
    told = {
        str(block.get("tool_use_id"))
        for block in blocks
        if block.get("type") in RESULTS and is_whole(block)
    }
    return called & told


def is_whole(result: Block) -> bool:
    """Whether a result is as it came; the log of a run that died keeps less."""
    found = result.get("content")
    if isinstance(found, list):
        return all("encrypted_content" in one for one in found)
    return isinstance(found, dict) and ("error_code" in found or "content" in found)


def id_of(block: Block) -> str:
    """Of a call, or of the call that a result is for."""
    return str(block.get("id") if block.get("type") == CALL else block.get("tool_use_id"))


def kept_citations(block: Block) -> dict[str, Any]:
    """Those that the API wants back; others count documents, which may be gone by now."""
    found = [one for one in block.get("citations") or () if one.get("encrypted_index")]
    return {"citations": found} if found else {}
