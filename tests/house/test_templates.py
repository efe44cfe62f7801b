"""One way to HTML: each fragment written once and drawn in one way, no markup anywhere else."""

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.house.tree import Tree, parsed, tell

INCLUDE = re.compile(r"{%\s*include\s+[\"']([^\"']+)[\"']([^%]*)%}")
PASSED = re.compile(r"(\w+)=")
FRAGMENT = re.compile(r"(?:[\w-]+/)*_[\w-]+\.html")
TAGS = (
    "a|article|b|button|code|details|div|em|form|h[1-6]|i|img|input|label|li|nav|ol|option|p|pre"
    "|section|select|small|span|strong|summary|svg|table|td|template|textarea|time|tr|ul"
)
MARKUP = re.compile(rf"</?({TAGS})[\s/>]")
# The envelope of a frame carries data for the page's script and is never shown.
ENVELOPE = re.compile(r"</?template[\s>]")
MARKERS = {"mark_safe", "html_safe", "SafeString", "SafeText"}
UNSAFE_IN_TEMPLATE = re.compile(
    r"\|\s*(safe|safeseq)\b|{%\s*autoescape\s+off|{%\s*filter\s+(safe|escape)\b"
)
INLINE = re.compile(
    r"""<[^>]*\s(on[a-z]+|hx-on[\w:-]*|style)\s*=|javascript:|<style\b""", re.IGNORECASE
)
SCRIPT_WITHOUT_NONCE = re.compile(r"<script\b(?![^>]*\bnonce=)", re.IGNORECASE)
MARKUP_BY_SCRIPT = re.compile(
    r"\b(innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|setHTMLUnsafe|srcdoc"
    r"|document\.write(ln)?)\b|\beval\(|\bnew Function\b|setAttribute\(\s*[\"'](on|style)"
)
PARSER = re.compile(r"\bDOMParser\b")
# The one module in which text from our server becomes nodes; even it has no innerHTML.
PARSING_SCRIPT = "static/js/dom.js"
ALIKE = 6  # lines


def unsafe_python(tree: Tree) -> Iterator[str]:
    """Calls that declare a text safe, and imports of what does so, outside rendering."""
    for path in tree.code():
        if tree.name(path).startswith("chatapp/rendering/"):
            continue
        for node in ast.walk(parsed(path)):
            if declares_safe(node):
                yield f"{tree.name(path)}:{getattr(node, 'lineno', 0)}: {ast.unparse(node)}"


def declares_safe(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return ast.unparse(node.func).rpartition(".")[2] in MARKERS
    # As a type of what rendering gives, SafeString may be imported.
    imported = {alias.name for alias in node.names} if isinstance(node, ast.ImportFrom) else set()
    return bool(imported & (MARKERS - {"SafeString"}))


def markup_in_python(tree: Tree) -> Iterator[str]:
    """Tags in strings: a second template, which nobody finds among the templates."""
    for path in tree.code():
        if tree.name(path).startswith(("chatapp/rendering/", "chatapp/claude/")):
            continue
        for line, text in strings(path):
            if MARKUP.search(ENVELOPE.sub("", text)):
                yield f"{tree.name(path)}:{line}: {text.strip()[:60]!r}"


def strings(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def each_line(tree: Tree, pattern: re.Pattern[str], *suffixes: str) -> Iterator[str]:
    for path in (*tree.templates(), *tree.scripts()):
        if path.suffix in suffixes:
            for number, text in enumerate(path.read_text().splitlines(), 1):
                if found := pattern.search(text):
                    yield f"{tree.name(path)}:{number}: {found[0].strip()[:60]}"


def unsafe_templates(tree: Tree) -> Iterator[str]:
    for pattern in (UNSAFE_IN_TEMPLATE, INLINE, SCRIPT_WITHOUT_NONCE):
        yield from each_line(tree, pattern, ".html")


def unsafe_scripts(tree: Tree) -> Iterator[str]:
    yield from each_line(tree, MARKUP_BY_SCRIPT, ".js")
    for offence in each_line(tree, PARSER, ".js"):
        if not offence.startswith(f"{PARSING_SCRIPT}:"):
            yield offence


def drawn_in_several_modules(tree: Tree) -> Iterator[str]:
    """Fragments that two modules draw, each with a context of its own."""
    places: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for path in tree.code():
        for line, text in strings(path):
            if FRAGMENT.fullmatch(text):
                places[text][tree.name(path)] = f"{tree.name(path)}:{line}"
    for fragment, modules in places.items():
        if len(modules) > 1:
            yield f"{fragment}: drawn by {', '.join(modules.values())}"


def included_in_several_ways(tree: Tree) -> Iterator[str]:
    ways: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for path in tree.templates():
        for number, text in enumerate(path.read_text().splitlines(), 1):
            for target, rest in INCLUDE.findall(text):
                place = f"{tree.name(path)}:{number}"
                ways[target].setdefault(passed(rest), place)
                if not target.rpartition("/")[2].startswith("_"):
                    yield f"{place}: includes {target}, which is no fragment"
    for target, places in ways.items():
        if len(places) > 1:
            yield f"{target}: included in several ways: {places}"


def passed(rest: str) -> str:
    """What an include hands over, in one spelling: the names, and whether nothing else goes."""
    return " ".join([*sorted(PASSED.findall(rest)), *(["only"] if "only" in rest.split() else [])])


def unused_fragments(tree: Tree) -> Iterator[str]:
    text = "\n".join(path.read_text() for path in (*tree.templates(), *tree.code()))
    for path in tree.templates():
        name = path.relative_to(tree.root / "templates").as_posix()
        if path.name.startswith("_") and not re.search(rf"[\"']{re.escape(name)}[\"']", text):
            yield f"templates/{name}: drawn by nobody"


def written_twice(tree: Tree) -> Iterator[str]:
    """Runs of lines that stand in two places of the templates."""
    seen: dict[tuple[str, ...], str] = {}
    for path in tree.templates():
        rows = [
            (number, row.strip()) for number, row in enumerate(path.read_text().splitlines(), 1)
        ]
        rows = [(number, row) for number, row in rows if row]
        for start in range(len(rows) - ALIKE + 1):
            run = tuple(row for _, row in rows[start : start + ALIKE])
            place = f"{tree.name(path)}:{rows[start][0]}"
            if (first := seen.setdefault(run, place)) != place:
                yield f"{place}: the same {ALIKE} lines as {first}"


CHECKS: list[Callable[[Tree], Iterator[str]]] = [
    unsafe_python,
    markup_in_python,
    unsafe_templates,
    unsafe_scripts,
    drawn_in_several_modules,
    included_in_several_ways,
    unused_fragments,
    written_twice,
]
SIX_LINES = "".join(f"<p>{number}</p>\n" for number in range(6))
# What is planted, and where each check must find it; one that is not named must find nothing.
FAULTS: list[tuple[Callable[[Tree], Iterator[str]], dict[str, str]]] = [
    (unsafe_python, {"chatapp/chat/a.py": "from django.utils.safestring import mark_safe"}),
    (unsafe_python, {"chatapp/chat/a.py": "safestring.mark_safe(text)"}),
    (unsafe_python, {"chatapp/chat/a.py": "SafeString(text)"}),
    (markup_in_python, {"chatapp/chat/a.py": "f'<li class=\"{name}\">'"}),
    (markup_in_python, {"chatapp/chat/a.py": "'<template data-frame=a><b>'"}),
    (unsafe_templates, {"templates/a.html": "{{ text|linebreaks | safe }}"}),
    (unsafe_templates, {"templates/a.html": "{% autoescape off %}"}),
    (unsafe_templates, {"templates/a.html": '<p id="a" onclick="b()">'}),
    (unsafe_templates, {"templates/a.html": '<p hx-on:click="b()">'}),
    (unsafe_templates, {"templates/a.html": '<p style="color: red">'}),
    (unsafe_templates, {"templates/a.html": '<a href="javascript:b()">'}),
    (unsafe_templates, {"templates/a.html": '<script src="a.js"></script>'}),
    (unsafe_scripts, {"static/js/dom.js": "node.innerHTML = text"}),
    (unsafe_scripts, {"static/js/a.js": "node.insertAdjacentHTML('beforeend', text)"}),
    (unsafe_scripts, {"static/js/a.js": "new DOMParser()"}),
    (unsafe_scripts, {"static/js/a.js": "node.setAttribute('onclick', text)"}),
    (
        drawn_in_several_modules,
        {
            "templates/a/_b.html": "",
            "chatapp/chat/a.py": "render('a/_b.html')",
            "chatapp/chat/b.py": "render('a/_b.html')",
        },
    ),
    (
        included_in_several_ways,
        {
            "templates/a.html": '{% include "_b.html" with entry=message %}{% include "_b.html" %}',
            "templates/_b.html": "",
        },
    ),
    (included_in_several_ways, {"templates/a.html": '{% include "b/page.html" %}'}),
    (unused_fragments, {"templates/a/_b.html": ""}),
    (written_twice, {"templates/a.html": SIX_LINES, "templates/b.html": f"\n{SIX_LINES}"}),
]
ALLOWED = {
    "chatapp/rendering/markdown.py": "mark_safe('<p class=\"a\">')",
    "chatapp/chat/a.py": "'<template data-frame=\"a\">'\n'1 < 2 > 0'\nrender('chat/_a.html')",
    "chatapp/chat/b.py": "from django.utils.safestring import SafeString",
    "templates/chat/_a.html": '<p hx-swap="innerHTML" data-on="a">{{ safe }}</p>',
    "templates/chat/a.html": '{% include "chat/_c.html" with a=1 only %}<script nonce="x" src="y">',
    "templates/chat/b.html": "{% include 'chat/_c.html' with a=2 only %}",
    "templates/chat/_c.html": "",
    "static/js/dom.js": "new DOMParser()",
}


def plant(tree: Tree, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = tree.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_there_is_one_way_to_html(tree: Tree, check: Callable[[Tree], Iterator[str]]) -> None:
    tell(check(tree))


@pytest.mark.parametrize(("check", "files"), FAULTS)
def test_a_planted_second_way_is_caught(
    empty_tree: Tree, check: Callable[[Tree], Iterator[str]], files: dict[str, str]
) -> None:
    plant(empty_tree, files)
    caught = [one for one in CHECKS if list(one(empty_tree))]
    assert caught == [check]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_what_is_allowed_in_html_is_not_caught(
    empty_tree: Tree, check: Callable[[Tree], Iterator[str]]
) -> None:
    plant(empty_tree, ALLOWED)
    assert list(check(empty_tree)) == []
