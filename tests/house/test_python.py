"""Habits that the linter does not know: state of a module, wide excepts."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import Tree, parsed, tell

CONTAINERS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
MAKERS = {"list", "dict", "set", "defaultdict", "deque", "OrderedDict", "Counter"}
# Names that Django and Python read as they are.
GIVEN_NAMES = {"urlpatterns", "__all__"}
WIDE = {"Exception", "BaseException"}
TOP_OF_LOOP = "# top of the task loop"


def mutable_state(tree: Tree) -> Iterator[str]:
    for path in tree.code():
        for statement in parsed(path).body:
            for name in changeable_names(statement):
                yield f"{tree.name(path)}:{statement.lineno}: {name}"
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Global):
                yield f"{tree.name(path)}:{node.lineno}: global {', '.join(node.names)}"


def changeable_names(node: ast.stmt) -> Iterator[str]:
    """Names in lower case to which the statement gives a container that can change."""
    if not isinstance(node, ast.Assign | ast.AnnAssign) or not is_container(node.value):
        return
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        name = target.id if isinstance(target, ast.Name) else ""
        if name and not name.isupper() and name not in GIVEN_NAMES:
            yield name


def is_container(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Call):
        return ast.unparse(value.func).rpartition(".")[2] in MAKERS
    return isinstance(value, CONTAINERS)


def wide_excepts(tree: Tree) -> Iterator[str]:
    for path in tree.code():
        text = path.read_text().splitlines()
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ExceptHandler | ast.Call) and is_wide(node):
                row = text[node.lineno - 1].strip()
                if TOP_OF_LOOP not in row:
                    yield f"{tree.name(path)}:{node.lineno}: {row}"


def is_wide(node: ast.ExceptHandler | ast.Call) -> bool:
    if isinstance(node, ast.ExceptHandler):
        # One that ends in a bare `raise` tidies up and lets everything through.
        last = node.body[-1]
        passes_on = isinstance(last, ast.Raise) and last.exc is None
        return not passes_on and (node.type is None or is_wide_name(node.type))
    return ast.unparse(node.func).endswith("suppress") and any(map(is_wide_name, node.args))


def is_wide_name(node: ast.expr) -> bool:
    return any(isinstance(part, ast.Name) and part.id in WIDE for part in ast.walk(node))


def test_modules_keep_no_state(tree: Tree) -> None:
    tell(mutable_state(tree))


def test_wide_excepts_stand_at_the_top_of_a_task_loop(tree: Tree) -> None:
    tell(wide_excepts(tree))


STATE = """seen = {}
cache: dict[str, int] = defaultdict(int)
LIMITS = {"a": 1}
urlpatterns = []
__all__ = ["a"]
pair = (1, 2)
def a():
    global pair
"""
EXCEPTS = """try: a()
except: pass
try: a()
except (ValueError, Exception): pass
try: a()
except BaseException as error: raise error
with suppress(Exception): a()
try: a()
except Exception:  # top of the task loop
    pass
except ValueError: pass
try: a()
except BaseException:
    tidy_up()
    raise
"""


def test_planted_state_is_caught(empty_tree: Tree) -> None:
    plant(empty_tree.root, STATE)
    found = [line.partition(":")[2] for line in mutable_state(empty_tree)]
    assert found == ["1: seen", "2: cache", "8: global pair"]


def test_planted_wide_excepts_are_caught(empty_tree: Tree) -> None:
    plant(empty_tree.root, EXCEPTS)
    assert sorted(line.split(":")[1] for line in wide_excepts(empty_tree)) == ["2", "4", "6", "7"]


def plant(root: Path, text: str) -> None:
    (root / "chatapp").mkdir()
    (root / "chatapp" / "a.py").write_text(text)
