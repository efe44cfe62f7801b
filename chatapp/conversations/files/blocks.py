"""How a file stands in a message: as Claude takes it, with a stand-in for its bytes.

A block is exactly what is sent, but for `source.data`: there stands an object that names
the stored file and its SHA-256. Kept, planned and recorded is the stand-in; `sending.py`
puts the bytes in its place when the request goes out, and only if they have that digest.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chatapp.conversations.models import StoredFile

Block = dict[str, Any]


def block_of(file: StoredFile) -> Block:
    data: dict[str, Any] = {
        "file": str(file.pk),
        "name": file.name,
        "sha256": file.digest,
        "bytes": file.sent_size,
    }
    if file.kind == StoredFile.Kind.IMAGE:
        data |= {"width": file.width, "height": file.height}
        return {"type": "image", "source": _source("base64", file.media_type, data)}
    data |= {"letters": file.letters}
    if file.kind == StoredFile.Kind.PDF:
        data |= {"pages": file.pages}
    way = "base64" if file.kind == StoredFile.Kind.PDF else "text"
    source = _source(way, file.media_type, data)
    return {"type": "document", "source": source, "title": file.name}


def _source(way: str, media_type: str, data: dict[str, Any]) -> dict[str, Any]:
    return {"type": way, "media_type": media_type, "data": data}


def stand_in(block: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What stands for the bytes of a file in this block; None where it holds none."""
    source = block.get("source")
    data = source.get("data") if isinstance(source, dict) else None
    return data if isinstance(data, dict) else None


def blocks_of_files(content: Iterable[Block]) -> Iterator[Block]:
    return (block for block in content if stand_in(block))


def named(block: Block) -> Block:
    """What may stand for a file where its bytes are not sent: its name."""
    data = stand_in(block)
    return {"type": "text", "text": f"[file: {data['name']}]"} if data else block
