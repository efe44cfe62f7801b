"""Everything says what it takes and gives. The types themselves are checked by mypy."""

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import Tree, functions, tell

IGNORED_WITHOUT_CODE = re.compile(r"type:\s*ignore(?!\[)")


def comments(path: Path) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def untyped(tree: Tree) -> Iterator[str]:
    for path in (*tree.code(), *tree.tests()):
        for node in functions(path):
            if node.returns is None:
                yield f"{tree.name(path)}:{node.lineno} {node.name}: no return type"


def ignored(tree: Tree) -> Iterator[str]:
    for path in (*tree.code(), *tree.tests()):
        for line, text in comments(path):
            if IGNORED_WITHOUT_CODE.search(text):
                yield f"{tree.name(path)}:{line}: {text}"


def test_every_function_has_a_return_type(tree: Tree) -> None:
    tell(untyped(tree))


def test_an_ignored_type_error_is_named(tree: Tree) -> None:
    tell(ignored(tree))


def test_planted_gaps_in_types_are_caught(empty_tree: Tree) -> None:
    path = empty_tree.root / "chatapp" / "a.py"
    path.parent.mkdir()
    path.write_text("async def a():\n    x = b()  # type:ignore\n    y = 1  # type: ignore[misc]\n")
    assert list(untyped(empty_tree)) == ["chatapp/a.py:1 a: no return type"]
    assert list(ignored(empty_tree)) == ["chatapp/a.py:2: # type:ignore"]
