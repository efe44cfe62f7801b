"""Estimates of tokens, on the safe side: three bytes a token, images by their size.

Files weigh by what their stand-ins tell (`conversations/files/blocks.py`): an image width x
height / 750 tokens, a page of a PDF the picture of it and its text (vision and PDF pages).

Other vendors' tokenizers mislead, and `count_tokens` is a call; so this decides
everywhere but near a limit. Pure.
"""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

TURN = 5  # what the frame around a turn costs
TOOL_RULES = 350  # of words that the API adds where a request offers tools
LARGEST_IMAGE = 1_600  # larger images are scaled down before they are read
PIXELS = 750  # pixels a token
SEALED_LETTERS = 4  # letters of base64 a token, of what is encrypted
PAGE = 1_600  # the picture of a page; its text comes on top
PDF_LETTERS = 24  # letters of base64 a token: pages vary, text and picture of each count


def of_text(text: str) -> int:
    # Bytes, not characters: a character of Chinese is a token and has three bytes.
    return -(-len(text.encode(errors="replace")) // 3)


def of_tools(tools: Sequence[Mapping[str, Any]]) -> int:
    return TOOL_RULES + of_text(json.dumps(tools, ensure_ascii=False)) if tools else 0


def of_blocks(blocks: Iterable[Mapping[str, Any]]) -> int:
    return sum(map(of_block, blocks))


def of_block(block: Mapping[str, Any]) -> int:
    match block.get("type"):
        case "text":
            return of_text(block["text"])
        case "image":
            return _of_image(block.get("source") or {})
        case "document":
            return _of_document(block.get("source") or {})
        case "tool_result" if isinstance(block.get("content"), list):
            return TURN + of_blocks(block["content"])
        case "web_search_tool_result" if isinstance(block.get("content"), list):
            return TURN + sum(map(_of_found, block["content"]))
        case "web_fetch_tool_result" if isinstance(block["content"].get("content"), dict):
            return TURN + of_block(block["content"]["content"])
        case _:
            return of_text(json.dumps(block, ensure_ascii=False))


def _of_found(result: Mapping[str, Any]) -> int:
    """A page that was found: its words are encrypted, in base64, which is longer by a third."""
    known = {name: value for name, value in result.items() if name != "encrypted_content"}
    words = len(str(result.get("encrypted_content", "")))
    return of_text(json.dumps(known, ensure_ascii=False)) + words // SEALED_LETTERS


def _of_image(source: Mapping[str, Any]) -> int:
    if isinstance(data := source.get("data"), dict):
        return int(data["width"]) * int(data["height"]) // PIXELS + 1
    width, height = _size(str(source.get("data", "")))
    return min(LARGEST_IMAGE, width * height // PIXELS + 1) if width else LARGEST_IMAGE


def _size(data: str) -> tuple[int, int]:
    """Width and height as the first bytes tell; zeros where they do not."""
    try:
        head = base64.b64decode(data[:32])
    except ValueError:
        return 0, 0
    if head.startswith(b"\x89PNG") and len(head) == 24:
        return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
    if head.startswith(b"GIF8"):
        return int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little")
    return 0, 0


def _of_document(source: Mapping[str, Any]) -> int:
    if source.get("type") == "content" and isinstance(source.get("content"), list):
        return of_blocks(source["content"])
    if isinstance(file := source.get("data"), dict):
        return -(-int(file["letters"]) // 3) + PAGE * int(file.get("pages", 0)) + TURN
    data = str(source.get("data", ""))
    return of_text(data) if source.get("type") == "text" else len(data) // PDF_LETTERS + 1
