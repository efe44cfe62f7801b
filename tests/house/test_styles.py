"""A class of the style sheets names one thing."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import Tree, tell

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
RULE = re.compile(r"([^{};]+)\{([^{}]*)\}")
BETWEEN = re.compile(r",(?![^(]*\))")
ONE_CLASS = re.compile(r"\.([\w-]+)")
PROPERTY = re.compile(r"(?:^|;)\s*([\w-]+)\s*:")
OF_OTHER_PAGES = {"shared.css", "print.css"}


def named_twice(tree: Tree) -> Iterator[str]:
    """Classes that two sheets give the same property: each of them means something else."""
    seen: dict[tuple[str, str], set[str]] = defaultdict(set)
    for path in tree.styles():
        if path.name in OF_OTHER_PAGES:
            continue
        for selectors, body in RULE.findall(COMMENT.sub("", path.read_text())):
            classes = [ONE_CLASS.fullmatch(each.strip()) for each in BETWEEN.split(selectors)]
            for found in filter(None, classes):
                for name in PROPERTY.findall(body):
                    seen[found[1], name].add(tree.name(path))
    for (word, name), sheets in sorted(seen.items()):
        if len(sheets) > 1:
            yield f".{word} has its {name} from {' and '.join(sorted(sheets))}"


def test_no_class_names_two_things(tree: Tree) -> None:
    tell(named_twice(tree))


def test_a_class_that_names_two_things_is_found(tmp_path: Path) -> None:
    styles = tmp_path / "static" / "css"
    styles.mkdir(parents=True)
    (styles / "a.css").write_text(".place { display: grid; gap: 1rem; }")
    (styles / "b.css").write_text("@layer b { .other, .place { display: flex } }")
    assert list(named_twice(Tree(tmp_path))) == [
        ".place has its display from static/css/a.css and static/css/b.css"
    ]
