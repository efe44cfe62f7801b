"""The colours of code, read from the style sheet."""

import re
from pathlib import Path

import pytest

from chatapp.rendering import render

CSS = (Path(__file__).parents[2] / "static/css/code.css").read_text()
COLOURS = {
    name: pair
    for name, *pair in re.findall(r"--code-(\w+): light-dark\((#\w{6}), (#\w{6})\);", CSS)
}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", [name for name in COLOURS if name != "paper"])
@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_colour_can_be_read_on_the_paper_in_both_schemes(name: str, scheme: int) -> None:
    assert contrast(COLOURS[name][scheme], COLOURS["paper"][scheme]) >= 4.5


def test_every_class_that_code_gets_has_a_colour() -> None:
    source = (Path(__file__).parents[2] / "chatapp/rendering/highlight.py").read_text()
    given = set(re.findall(r'"(tok-\w+)"', source))
    assert given == set(re.findall(r"\.(tok-\w+) \{", CSS))


def test_finished_code_is_coloured() -> None:
    assert '<span class="tok-k">def</span>' in render("```python\ndef f(): ...\n```")
