"""Markdown about anything: headings, lists, tables, code, several scripts and emoji."""

import random
import re
import zlib

_SMALL = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "to",
        "in",
        "on",
        "at",
        "for",
        "and",
        "or",
        "but",
        "with",
        "from",
        "by",
        "is",
        "are",
        "was",
        "be",
        "do",
        "does",
        "did",
        "how",
        "what",
        "why",
        "when",
        "where",
        "who",
        "which",
        "can",
        "could",
        "would",
        "should",
        "will",
        "i",
        "me",
        "my",
        "you",
        "your",
        "it",
        "its",
        "this",
        "that",
        "these",
        "those",
        "please",
        "tell",
        "give",
        "show",
        "explain",
        "write",
        "make",
        "about",
        "some",
        "any",
        "into",
        "as",
        "if",
        "then",
        "there",
        "we",
        "us",
        "our",
        "let",
        "lets",
        "create",
        "describe",
        "help",
        "need",
        "want",
        "answer",
        "question",
    ]
)
_OPENINGS = (
    "Here is a short overview of **{topic}**.",
    "Good question. Let us look at **{topic}** step by step.",
    "There are several sides to **{topic}**; these are the ones that matter most.",
    "In short: **{topic}** is simpler than it looks, once its parts are named.",
)
_SENTENCES = (
    "The idea behind {topic} is older than most people think.",
    "What matters first is the purpose; the means follow from it.",
    "In practice, a small and careful start beats a large plan.",
    "A good example is worth more here than a definition.",
    "Measure before you change anything, and again afterwards.",
    "Experts disagree about the details, yet not about the principle.",
    "If something surprises you, write it down: that is where one learns.",
    "Costs and benefits rarely fall on the same side, so name both.",
    "Most mistakes with {topic} come from haste rather than from ignorance.",
    "It helps to explain {topic} to somebody who has never heard of it.",
    "As the saying goes: *festina lente*, make haste slowly.",
    "Names differ from place to place: *größe*, *taille*, 大きさ, حجم, размер.",
)
_POINTS = (
    "**Purpose**: say in one sentence what {topic} is for",
    "**Parts**: list what it is made of, the smallest set that works",
    "**Order**: begin with what everything else depends on",
    "**Limits**: note where it stops being useful ⚠️",
    "**Check**: decide beforehand how success will show ✅",
    "**Review**: come back after a week and cut what nobody used",
)
_CODE = (
    (
        "python",
        "from collections import Counter\n\n\ndef most_common(words: list[str], n: int = 3) -> "
        "list[str]:\n    # Ties keep the order in which the words came.\n    "
        "return [word for word, _ in Counter(words).most_common(n)]\n\n\n"
        "print(most_common(\"a b a c b a\".split()))  # ['a', 'b', 'c']",
    ),
    (
        "javascript",
        "const sleep = (ms) => new Promise((done) => setTimeout(done, ms));\n\n"
        "for (const word of ['one', 'two', '<three>']) {\n  await sleep(100);\n"
        "  console.log(`${word} & more`);\n}",
    ),
    (
        "sql",
        "SELECT owner, count(*) AS answers\nFROM messages\nWHERE created >= now() - interval "
        "'7 days'\nGROUP BY owner\nHAVING count(*) > 3\nORDER BY answers DESC;",
    ),
    ("bash", 'for file in *.md; do\n  wc -w "$file"\ndone | sort -n | tail -3'),
    ("json", '{\n  "name": "example",\n  "sizes": [1, 2, 3],\n  "nested": {"ok": true}\n}'),
)
_CLOSINGS = (
    "Shall I go deeper into one of these points? 🙂",
    "Tell me more about your case, and I can be more specific.",
    "That is the whole of it; the rest is practice. 🚀",
)


def title_for(subject: str) -> str:
    """A plain title of three to six words."""
    words = _words(subject)[:5]
    words += ("A", "Short", "Conversation")[min(len(words), 3) :]
    return " ".join(word[:1].upper() + word[1:] for word in words)[:80]


def essay(question: str) -> str:
    """A few hundred words in Markdown; the same question gives the same essay."""
    chance = random.Random(zlib.crc32(question.encode("utf-8", "replace")))
    topic = " ".join(_words(question)[:6]) or "this"
    sections = [_points, _table, _code, _steps, _quote]
    chance.shuffle(sections)
    parts = [chance.choice(_OPENINGS).format(topic=topic), _paragraph(chance, topic)]
    for number, section in enumerate(sections[: chance.randint(2, 4)]):
        parts.append(f"{'##' if number else '#'} {chance.choice(_HEADINGS)}")
        parts += [section(chance, topic), _paragraph(chance, topic)]
    parts.append(chance.choice(_CLOSINGS))
    return "\n\n".join(parts)


_HEADINGS = (
    "What it is",
    "How to begin",
    "In practice",
    "A closer look",
    "Worth knowing",
    "Überblick",
)


def paragraph(seed: str) -> str:
    """One paragraph of plain sentences."""
    return _paragraph(random.Random(zlib.crc32(seed.encode("utf-8", "replace"))), "this")


def _words(text: str) -> list[str]:
    found = re.findall(r"[^\W_][\w'’+#-]*", text[:600])
    return [word for word in found if word.lower() not in _SMALL]


def _paragraph(chance: random.Random, topic: str) -> str:
    return " ".join(s.format(topic=topic) for s in chance.sample(_SENTENCES, 4))


def _points(chance: random.Random, topic: str) -> str:
    return "\n".join(f"- {p.format(topic=topic)}" for p in chance.sample(_POINTS, 4))


def _steps(chance: random.Random, topic: str) -> str:
    chosen = [p.format(topic=topic) for p in chance.sample(_POINTS, 3)]
    return "\n".join(
        f"{n}. {p}\n   - {chance.choice(_SENTENCES[1:8])}" for n, p in enumerate(chosen, 1)
    )


def _table(chance: random.Random, topic: str) -> str:
    rows = [
        f"| {word} | {chance.randint(1, 99)} % | {chance.choice(('low', 'medium', 'high 🔥'))} |"
        for word in ("First", "Second", "Third `x|y`".replace("|", "\\|"))
    ]
    return "\n".join(["| Option | Share | Effort |", "| --- | ---: | :---: |", *rows])


def _code(chance: random.Random, topic: str) -> str:
    language, code = chance.choice(_CODE)
    return f"For example, in `{language}`:\n\n```{language}\n{code}\n```"


def _quote(chance: random.Random, topic: str) -> str:
    return (
        f"> {chance.choice(_SENTENCES[1:8])}\n>\n> — about {topic}, with $a^2 + b^2 = c^2$ in mind"
    )
