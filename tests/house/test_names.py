"""Names: views, tests, files, and what no file may name."""

import re
from collections.abc import Iterator

from tests.house.tree import Tree, functions, tell

VIEW = re.compile(r"(list|show|new|create|edit|update|delete)_[a-z]\w*")
SENTENCE = re.compile(r"test(_[a-z0-9]+){4,}")
DRAWERS = re.compile(r"(utils?|helpers?|common|misc)(\.\w+)?")
# In pieces, so that this file does not name them itself.
INDEXES = re.compile(
    r"\b(pypi|pythonhosted|npmjs|yarnpkg|rubygems|crates)\.(org|com|io)\b"
    r"|--(extra-)?(index-url|find-links)\b|^\s*(extra-)?index-url\s*=",
    re.IGNORECASE,
)
MACHINE_PATHS = re.compile(r"(?<![\w./-])/(work|root|Users|home)/[\w.-]+")


def views(tree: Tree) -> Iterator[tuple[str, str]]:
    for path in tree.code():
        if path.stem == "views" or path.parent.name == "views":
            for node in functions(path):
                first = node.args.args[:1]
                if first and first[0].arg == "request" and not node.name.startswith("_"):
                    yield f"{tree.name(path)}:{node.lineno}", node.name


def odd_views(tree: Tree) -> list[str]:
    """Views that are not plain work on one resource, if they are more than one in twenty."""
    every = list(views(tree))
    odd = [f"{place}: {name}" for place, name in every if not VIEW.fullmatch(name)]
    return odd if len(odd) > len(every) / 20 else []


def short_tests(tree: Tree) -> Iterator[str]:
    for path in tree.tests():
        for node in functions(path):
            if node.name.startswith("test_") and not SENTENCE.fullmatch(node.name):
                yield f"{tree.name(path)}:{node.lineno}: {node.name}"


def drawers(tree: Tree) -> Iterator[str]:
    places = (tree.all_code(), tree.tests(), tree.templates(), tree.scripts(), tree.styles())
    for path in (path for some in places for path in some):
        if any(DRAWERS.fullmatch(part) for part in path.relative_to(tree.root).parts):
            yield tree.name(path)


def forbidden_words(tree: Tree) -> Iterator[str]:
    for path in tree.texts():
        for number, text in enumerate(path.read_text().splitlines(), 1):
            if found := INDEXES.search(text) or MACHINE_PATHS.search(text):
                yield f"{tree.name(path)}:{number}: {found[0]}"


def plant(tree: Tree, name: str, text: str) -> None:
    path = tree.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_views_are_plain_work_on_a_resource(tree: Tree) -> None:
    tell(odd_views(tree))


def test_names_of_tests_are_sentences(tree: Tree) -> None:
    tell(short_tests(tree))


def test_no_file_is_a_drawer_for_anything(tree: Tree) -> None:
    tell(drawers(tree))


def test_no_file_names_an_index_or_a_machine(tree: Tree) -> None:
    tell(forbidden_words(tree))


def test_planted_odd_names_are_caught(empty_tree: Tree) -> None:
    plant(
        empty_tree, "chatapp/chat/views/a.py", "def show_a(request): ...\ndef stop(request): ...\n"
    )
    plant(empty_tree, "tests/chat/test_a.py", "def test_a(): ...\ndef test_a_view_shows_a(): ...\n")
    plant(empty_tree, "static/js/helpers.js", "")
    assert odd_views(empty_tree) == ["chatapp/chat/views/a.py:2: stop"]
    assert list(short_tests(empty_tree)) == ["tests/chat/test_a.py:1: test_a"]
    assert list(drawers(empty_tree)) == ["static/js/helpers.js"]


def test_planted_indexes_and_paths_are_caught(empty_tree: Tree) -> None:
    index, path = "https://pypi." + "org/simple", "/" + "work/main"
    plant(
        empty_tree, "a.lock", f"x==1\n{index}\n--index" + f"-url x\n{path}/b\n/usr/lib/work/main\n"
    )
    assert [line.split(":")[1] for line in forbidden_words(empty_tree)] == ["2", "3", "4"]
