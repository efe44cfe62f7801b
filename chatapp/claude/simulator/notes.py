"""Notes on a transcript, without a model: what people asked to keep, then how turns began."""

import re

_LINE = re.compile(r"^(?:\[[\d-]+\] User: |- )([^\n]+)", re.M)
_FACT = re.compile(r"\b(?:remember|my name is|(?:my|our|the) [\w -]{2,40}? (?:is|are))\b", re.I)
_LENGTH = 2_400  # characters, under what a thousand tokens hold
_BEGINNING = 80


def is_notes_request(newest: str) -> bool:
    """Whether the message is a transcript of which notes are wanted."""
    return newest.startswith("<transcript>")


def notes_on(transcript: str) -> str:
    """Lines that state something whole, the beginnings of the others, each once."""
    lines = dict.fromkeys(line.strip() for line in _LINE.findall(transcript))
    facts = [line for line in lines if _FACT.search(line)]
    others = [line[:_BEGINNING] for line in lines if line not in facts]
    kept, size = [], 0
    for line in facts + others:
        size += len(line) + 3
        if size > _LENGTH:
            break
        kept.append(f"- {line}")
    return "\n".join(kept) or "- Nothing of note."
