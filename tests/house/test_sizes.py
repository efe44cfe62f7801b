"""How large things may be: files, functions, parameter lists, templates, tests, documents."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import Bar, Tree, functions, length, lines, tell

FILES = Bar(median=90, p90=250, largest=400)
FUNCTIONS = Bar(median=8, p90=25, largest=60)
TEMPLATES = Bar(p90=60, largest=120)
SCRIPTS = Bar(p90=110)
STYLES = Bar(p90=220)
TESTS = Bar(median=12, p90=25)
DOCUMENTS = {"README.md": 150, "docs/architecture.md": 200}
MOST_PARAMETERS = 6


def sizes(tree: Tree, paths: Iterator[Path]) -> dict[str, int]:
    return {tree.name(path): lines(path) for path in paths}


def function_sizes(tree: Tree, paths: Iterator[Path]) -> dict[str, int]:
    return {
        f"{tree.name(path)}:{node.lineno} {node.name}": length(node)
        for path in paths
        for node in functions(path)
    }


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """All that a caller may give: the object of a method is not given."""
    given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return len([one for one in given if one.arg not in ("self", "cls")])


def test_python_files_of_the_app_are_short(tree: Tree) -> None:
    tell(FILES.offences(sizes(tree, tree.code())))


def test_functions_of_the_app_are_short(tree: Tree) -> None:
    tell(FUNCTIONS.offences(function_sizes(tree, tree.code())))


def test_functions_over_fifty_lines_are_rare(tree: Tree) -> None:
    every = function_sizes(tree, tree.code())
    long = [f"{name}: {size} lines" for name, size in every.items() if size > 50]
    tell(long if len(long) > len(every) / 100 else [])


def test_long_parameter_lists_are_rare(tree: Tree) -> None:
    every = [(path, node) for path in tree.code() for node in functions(path)]
    long = [
        f"{tree.name(path)}:{node.lineno} {node.name}: {parameters(node)} parameters"
        for path, node in every
        if parameters(node) > MOST_PARAMETERS
    ]
    tell(long if len(long) > len(every) / 100 else [])


def test_templates_fit_on_a_screen_or_two(tree: Tree) -> None:
    tell(TEMPLATES.offences(sizes(tree, tree.templates())))


def test_scripts_have_one_subject_each(tree: Tree) -> None:
    tell(SCRIPTS.offences(sizes(tree, tree.scripts())))


def test_style_sheets_have_one_subject_each(tree: Tree) -> None:
    tell(STYLES.offences(sizes(tree, tree.styles())))


def test_tests_show_one_behaviour_each(tree: Tree) -> None:
    every = function_sizes(tree, tree.tests())
    tell(TESTS.offences({name: size for name, size in every.items() if " test_" in name}))


def test_there_is_about_as_much_test_as_code(tree: Tree) -> None:
    code, tests = (sum(sizes(tree, paths).values()) for paths in (tree.code(), tree.tests()))
    figure = (
        f"{tests} lines of tests for {code} lines of chatapp/: {tests / code:.2f}, bar 1.0 to 1.8"
    )
    tell([] if 1.0 <= tests / code <= 1.8 else [figure])


def test_documents_are_there_and_short(tree: Tree) -> None:
    for name, most in DOCUMENTS.items():
        path = tree.root / name
        assert path.is_file(), f"{name} is missing"
        assert lines(path) <= most, f"{name}: {lines(path)} lines, bar {most}"


def test_a_size_over_its_bar_is_told_with_its_place() -> None:
    found = list(Bar(median=2, p90=3, largest=9).offences({"a.py": 1, "b.py": 9, "c.py": 10}))
    assert found[0] == "median: 9 lines, bar 2; over it:"
    assert "    c.py: 10" in found
    assert len(found) == 3 + 5


def test_a_size_at_its_bar_passes() -> None:
    sizes_at_bar = {str(number): number for number in range(1, 11)}
    assert list(Bar(median=6, p90=9, largest=10).offences(sizes_at_bar)) == []
