"""Comments: enough to say why, none that puts work off; and a docstring for every folder."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import Tree, parsed, tell

FEWEST, MOST = 3, 10  # comment lines per 100 lines of code
# For tools, not for readers.
MARKS = re.compile(r"#(!|\s*(noqa|type:|pragma|fmt:))")
# In pieces, so that this file does not contain what it looks for.
PUT_OFF = re.compile(r"\b(TO{0}DO|FIX{0}ME|HA{0}CK|XX{0}X)\b".format(""))
LATER = "TO" + "DO: later"
EMPTY_TOKENS = {
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
    tokenize.COMMENT,
}


def comment_and_code_lines(path: Path) -> tuple[int, int]:
    comments: set[int] = set()
    code: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline):
        if token.type == tokenize.COMMENT and not MARKS.match(token.string):
            comments.add(token.start[0])
        if token.type not in EMPTY_TOKENS:
            code.update(range(token.start[0], token.end[0] + 1))
    return len(comments), len(code - docstring_lines(parsed(path)))


def docstring_lines(module: ast.Module) -> set[int]:
    """Lines that hold nothing but a string standing alone."""
    return {
        line
        for node in ast.walk(module)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def density(tree: Tree) -> Iterator[str]:
    counts = {tree.name(path): comment_and_code_lines(path) for path in tree.code()}
    comments, code = (sum(column) for column in zip(*counts.values(), strict=True))
    share = 100 * comments / code
    if not FEWEST <= share <= MOST:
        yield f"{share:.1f} comment lines per 100 of code, bar {FEWEST} to {MOST}"
        furthest = sorted(counts.items(), key=lambda item: item[1][0] * 20 - item[1][1])
        for name, (few, many) in furthest[:8] if share < FEWEST else furthest[-8:]:
            yield f"    {name}: {few} for {many}"


def put_off(tree: Tree) -> Iterator[str]:
    for path in tree.texts():
        for number, text in enumerate(path.read_text().splitlines(), 1):
            if PUT_OFF.search(text):
                yield f"{tree.name(path)}:{number}: {text.strip()}"


def without_docstring(tree: Tree) -> Iterator[str]:
    """Folders of the app that do not say in about five lines what they own."""
    for folder in sorted({path.parent for path in tree.code()}):
        start = folder / "__init__.py"
        text = (ast.get_docstring(parsed(start)) if start.is_file() else None) or ""
        if len(text.splitlines()) < 3 and not is_as_django_wants(folder):
            yield f"{tree.name(start)}: {len(text.splitlines())} lines of docstring"


def is_as_django_wants(folder: Path) -> bool:
    """Django dictates these folders; the one above them tells what they are for."""
    return folder.name == "management" or folder.parent.name in ("management", "locale")


def test_comments_are_neither_rare_nor_noise(tree: Tree) -> None:
    tell(density(tree))


def test_no_work_is_put_off(tree: Tree) -> None:
    tell(put_off(tree))


def test_every_folder_says_what_it_owns(tree: Tree) -> None:
    tell(without_docstring(tree))


def test_planted_faults_in_comments_are_caught(empty_tree: Tree) -> None:
    path = empty_tree.root / "chatapp" / "__init__.py"
    path.parent.mkdir()
    path.write_text('"""One line."""\n# ' + LATER + "\n" + "a = 1\n" * 40)
    assert next(density(empty_tree)).startswith("2.5 comment lines per 100")
    assert list(put_off(empty_tree)) == [f"chatapp/__init__.py:2: # {LATER}"]
    assert list(without_docstring(empty_tree)) == ["chatapp/__init__.py: 1 lines of docstring"]


def test_only_lines_for_readers_count_as_comments(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(
        '"""Doc\n# inside."""\n\n# why\na = "# no"  # noqa: E501\nb = (1,\n  2)  # why\n'
    )
    assert comment_and_code_lines(path) == (2, 3)
