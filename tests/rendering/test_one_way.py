"""There is one way to HTML: no other folder may declare a text safe."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DECLARES_SAFE = re.compile(
    r"mark_safe|\bSafe(?:String|Text|Data)\(|format_html|\|\s*safe(?:seq)?\b|\bautoescape\s+off\b"
    r"|__html__|\.(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|setHTMLUnsafe"
)
KINDS = {"chatapp": ("py", "html"), "templates": ("html", "txt"), "static/js": ("js",)}
SOURCES = [
    path
    for folder, endings in KINDS.items()
    for ending in endings
    for path in (ROOT / folder).rglob(f"*.{ending}")
]


def offences(paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in paths
        for match in DECLARES_SAFE.finditer(path.read_text())
    ]


def test_only_rendering_declares_a_text_safe() -> None:
    outside = [path for path in SOURCES if ROOT / "chatapp/rendering" not in path.parents]
    assert len(outside) > 10
    assert offences(outside) == []


def test_the_search_finds_what_rendering_does() -> None:
    assert offences([ROOT / "chatapp/rendering/markdown.py"])


@pytest.mark.parametrize(
    "line",
    ["{{ x|safe }}", "{{ x | safe }}", "SafeString(x)", "{% autoescape off %}", "a.innerHTML = b"],
)
def test_the_search_knows_every_spelling(line: str) -> None:
    assert DECLARES_SAFE.search(line)
