"""What the simulator says: something that fits what was asked.

The same conversation always gets the same words, so that a cut answer can be continued
where it stopped. Memory is what stands in the request: turns, summaries, system prompt.
"""

import re
from collections.abc import Callable
from typing import Any

from chatapp.claude.simulator import directives
from chatapp.claude.simulator.essays import essay, paragraph, title_for
from chatapp.claude.simulator.hostile import HOSTILE
from chatapp.claude.simulator.notes import is_notes_request, notes_on
from chatapp.claude.simulator.structured import structured_answer
from chatapp.claude.simulator.tools import results_in
from chatapp.claude.simulator.transcript import Turn, newest_user_text, text_of, turns_of

_REPEAT = re.compile(r"\brepeat (?:this )?after me:?\s*(.+)", re.I | re.S)
_NAME = re.compile(r"\bmy name is\s+([^\W\d_][\w'’-]*(?:\s+[A-Z][\w'’-]*)*)", re.I)
_REMEMBER = re.compile(r"\bremember(?: that)?:?\s+([^\n]{3,300}?)(?:[.!?](?=\s|$)|\n|$)", re.I)
_FACT = re.compile(r"\b(my|the|our) ([\w -]{2,40}?) (?:is|are) ([^\n.!?]{1,200})", re.I)
_ASK_FACT = re.compile(
    r"\bwhat(?:'s| is| are| was| were) (?:my|the|our) ([\w -]{2,40}?)\s*\?", re.I
)
_ASK_NAME = re.compile(r"\b(?:what(?:'s| is) my name|who am i)\b", re.I)
_ASK_MEMORY = re.compile(
    r"\bwhat (?:do you|did i (?:ask|tell) you(?: to)?) remember\b"
    r"|\bwhat did i (?:ask|tell) you(?: to remember)?\b|\bwhat do you know about me\b",
    re.I,
)
_ASK_SAID = re.compile(r"\bwhat did i (?:just )?say\b|\bmy (?:first|last|previous) message\b", re.I)
_TITLE = re.compile(r"\btitle\b", re.I)
_TITLE_WORDS = re.compile(
    r"\b(?:give|write|make|suggest|generate|create|short|words?|name)\b", re.I
)
_CONTINUE = re.compile(
    r"\b(?:continue|go on|carry on|pick up|resume)\b|\bcut off\b"
    r"|\bwhere (?:you|it) (?:left|stopped)",
    re.I,
)
_GREETING = re.compile(r"^\W*(?:hi|hello|hey|good (?:morning|evening|day))\b[^\n]{0,40}$", re.I)

_DISTINCT = 200_000  # characters of a giant answer before it repeats itself


def answer_to(body: dict[str, Any], asked: directives.Directives) -> str:
    """The text of the answer to a request."""
    fixed = _fixed(asked)
    if fixed is not None:
        return fixed
    if told := results_in(body):
        return "Here is what I found:\n\n" + "\n\n".join(told)
    turns, newest = turns_of(body), directives.without(newest_user_text(body))
    if (shaped := structured_answer(body)) is not None:
        return shaped
    if is_notes_request(newest):
        return notes_on(newest)
    if _is_title_request(body, newest):
        return title_for(_subject(turns, newest))
    if (half := _half_answer(turns, newest)) is not None:
        return _rest_of(body, half)
    return _spoken(turns, newest, text_of(body.get("system")))


def _fixed(asked: directives.Directives) -> str | None:
    if asked.text is not None:
        return asked.text
    if asked.hostile:
        return HOSTILE
    if asked.giant is not None:
        return _giant(asked.giant)
    return None


def _giant(length: int) -> str:
    parts: list[str] = []
    size = 0
    while size < min(length, _DISTINCT):
        parts.append(essay(f"chapter {len(parts) + 1}") + "\n\n")
        size += len(parts[-1])
    book = "".join(parts)
    return (book * (length // max(size, 1) + 1))[:length]


def _is_title_request(body: dict[str, Any], newest: str) -> bool:
    # A title is asked for in the system prompt or in the message itself.
    for text in (text_of(body.get("system")), newest):
        if _TITLE.search(text) and _TITLE_WORDS.search(text) and len(text) < 4000:
            return True
    return False


def _subject(turns: list[Turn], newest: str) -> str:
    first = next((t.text for t in turns if t.role == "user"), newest)
    quoted = re.search(
        r"(?:<[\w-]+>|question:|user:|\"\"\")\s*(.+?)(?:\n\n|$)", newest, re.I | re.S
    )
    return directives.without(quoted.group(1) if quoted and len(turns) < 3 else first)


def _half_answer(turns: list[Turn], newest: str) -> int | None:
    """The number of the turn that is to be continued, or None."""
    if len(turns) > 2 and turns[-2].role == "assistant" and _CONTINUE.search(newest):
        return len(turns) - 2
    return None


def _rest_of(body: dict[str, Any], half: int) -> str:
    turns = turns_of(body)
    question = turns[half - 1].text
    try:
        asked = directives.read(question)
    except directives.BadDirective:
        asked = directives.Directives()
    whole = _fixed(asked)
    if whole is None:
        system = text_of(body.get("system"))
        whole = _spoken(turns[:half], directives.without(question), system)
    done = turns[half].text
    if whole.startswith(done) and len(whole) > len(done):
        return whole[len(done) :]
    return "\n\n" + paragraph(f"{question}{len(done)}")


def _spoken(turns: list[Turn], newest: str, system: str) -> str:
    if match := _REPEAT.search(newest):
        return match.group(1).strip()
    memory = "\n".join([system, *(directives.without(t.text) for t in turns)])
    for pattern, answer in _MEMORY:
        if match := pattern.search(newest):
            said = answer(match, memory, turns)
            if said:
                return said
    if match := _NAME.search(newest):
        return f"Nice to meet you, {match.group(1).strip()}! How can I help you today?"
    if match := _REMEMBER.search(newest):
        return f"I will remember that: **{match.group(1).strip()}**."
    if _GREETING.search(newest):
        return "Hello! 👋 What would you like to talk about?"
    return essay(newest)


def _name(match: re.Match[str], memory: str, turns: list[Turn]) -> str | None:
    names = _NAME.findall(memory) or re.findall(r"\buser(?:'s name)? is (\w+)", memory, re.I)
    if not names:
        return "You have not told me your name yet."
    return f"Your name is {names[-1].strip()}."


def _memory(match: re.Match[str], memory: str, turns: list[Turn]) -> str | None:
    facts = [m.group(1).strip() for m in _REMEMBER.finditer(memory) if m.group(1).strip() != "you"]
    facts += [f"your name is {name.strip()}" for name in _NAME.findall(memory)[-1:]]
    if not facts:
        return "You have not asked me to remember anything yet."
    return "You asked me to remember:\n\n" + "\n".join(f"- {fact}" for fact in facts)


def _said(match: re.Match[str], memory: str, turns: list[Turn]) -> str | None:
    said = [directives.without(t.text) for t in turns[:-1] if t.role == "user"]
    if not said:
        return "This is the first thing that you have said."
    chosen = said[0] if "first" in match.string.lower() else said[-1]
    quote = "\n".join(f"> {line}" for line in chosen.splitlines())
    return f"You said:\n\n{quote}"


def _fact(match: re.Match[str], memory: str, turns: list[Turn]) -> str | None:
    wanted = match.group(1).strip().lower()
    for _, thing, value in reversed(_FACT.findall(memory)):
        if thing.strip().lower() == wanted:
            return f"Your {thing.strip()} is {value.strip()}."
    return None


_MEMORY: tuple[tuple[re.Pattern[str], Callable[..., str | None]], ...] = (
    (_ASK_NAME, _name),
    (_ASK_MEMORY, _memory),
    (_ASK_SAID, _said),
    (_ASK_FACT, _fact),
)
