"""Who may use whom: each folder only the floors below its own (docs/architecture.md).

An arrow is anything by which one file names another: an import (also inside a function,
under TYPE_CHECKING or relative), a dotted name in a string, a template, a key to a model.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import Tree, parsed

FLOORS = (
    ("claude", "rendering", "observability", "locale"),
    ("accounts",),
    ("live",),
    ("prompts",),
    ("conversations",),
    ("usage",),
    ("context",),
    ("generation",),
    ("workbench",),
    ("review",),
    ("chat",),
    ("api",),
    ("ops",),
)
RANK = {folder: rank for rank, floor in enumerate(FLOORS) for folder in floor}
# The only modules beside the folders that a folder may use; the lowest floor not even these.
SHARED = {"errors"}
FRAMEWORKS = ("django", "channels", "daphne", "procrastinate", "allauth", "csp")
ALLOWED_FRAMEWORK = {"rendering": ("django.utils.safestring",)}
# What speaks to Claude, and who may: every call is reserved, recorded and settled in `usage`.
DOOR = (
    "chatapp.claude.client",
    "chatapp.claude.calls",
    "chatapp.claude.Client",
    "chatapp.claude.transport",
)
DOOR_KEEPERS = {"claude", "usage"}
HTTP_CLIENTS = ("httpx", "httpx_aiohttp", "aiohttp", "anthropic", "requests")
KEYS = {"ForeignKey", "OneToOneField", "ManyToManyField"}

TEMPLATE_TAG = re.compile(r"{%\s*(include|extends)\s+(\S+)")
TEMPLATE_NAME = re.compile(r"([a-z]\w*)/[\w/.-]+\.html")
DOTTED_NAME = re.compile(r"chatapp(\.\w+)+")


def is_up(home: str, other: str) -> bool:
    return home != other and home in RANK and other in RANK and RANK[other] >= RANK[home]


def offences(tree: Tree) -> Iterator[str]:
    for path in tree.all_code():
        for line, what in _of_module(path, _home(tree, path)):
            yield f"{tree.name(path)}:{line}: {what}"
    for path in tree.templates():
        home = path.relative_to(tree.root / "templates").parts[0]
        for number, text in enumerate(path.read_text().splitlines(), 1):
            yield from (f"{tree.name(path)}:{number}: {what}" for what in _of_template(text, home))


def unknown_folders(tree: Tree) -> Iterator[str]:
    for folder in sorted({_home(tree, path) for path in tree.all_code()} - RANK.keys() - {""}):
        yield f"chatapp/{folder}: stands on no floor"


def _home(tree: Tree, path: Path) -> str:
    """The folder under chatapp, or nothing for the modules beside the folders."""
    inside = path.relative_to(tree.root / "chatapp").parts
    return inside[0] if len(inside) > 1 else ""


def _of_module(path: Path, home: str) -> Iterator[tuple[int, str]]:
    module = parsed(path)
    for node, inside_function in _with_depth(module):
        line = getattr(node, "lineno", 0)
        for name in _imported(node):
            if inside_function and name.split(".")[0] in ("chatapp", "^"):
                yield line, f"import of ours inside a function: {name}"
            if fault := home and _fault_of_import(name, home):
                yield line, fault
        if home and isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from ((line, fault) for fault in _of_string(node.value, home))
        if home and isinstance(node, ast.Call):
            yield from ((line, fault) for fault in _of_call(node, home, module))


def _with_depth(node: ast.AST, inside: bool = False) -> Iterator[tuple[ast.AST, bool]]:
    yield node, inside
    deeper = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    for child in ast.iter_child_nodes(node):
        yield from _with_depth(child, deeper)


def _imported(node: ast.AST) -> Iterator[str]:
    """Full names; a relative import that climbs begins with `^`."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        start = "^." if node.level > 1 else "." if node.level else ""
        yield from (f"{start}{node.module or ''}.{alias.name}" for alias in node.names)


def _fault_of_import(name: str, home: str) -> str:
    parts = name.split(".")
    if parts[0] == "^":
        return f"relative import that climbs: {name[2:]}"
    if parts[0] in FRAMEWORKS and RANK.get(home) == 0:
        allowed = name.startswith(ALLOWED_FRAMEWORK.get(home, ()))
        return "" if allowed else f"a framework on the lowest floor: {name}"
    if parts[0] in HTTP_CLIENTS and home != "claude":
        return f"a second door to Claude: {name}"
    if parts[0] != "chatapp" or parts[1:2] == [home]:
        return ""
    if parts[1:] == ["claude"] or (name.startswith(DOOR) and home not in DOOR_KEEPERS):
        return f"a second door to Claude: {name}"
    return _fault_of_ours(parts[1] if len(parts) > 1 else "chatapp", home, name)


def _fault_of_ours(folder: str, home: str, name: str) -> str:
    if RANK.get(home) == 0:
        return f"the lowest floor uses nothing of ours: {name}"
    if folder not in RANK and folder not in SHARED and home != "ops":
        return f"a module above all floors: {name}"
    return f"up from {home} to {folder}: {name}" if is_up(home, folder) else ""


def _of_string(text: str, home: str) -> Iterator[str]:
    template = TEMPLATE_NAME.fullmatch(text)
    if template and is_up(home, template[1]):
        yield f"up from {home} to a template of {template[1]}: {text}"
    if DOTTED_NAME.fullmatch(text) and (fault := _fault_of_import(text, home)):
        yield f"by a string, {fault}"


def _of_call(call: ast.Call, home: str, module: ast.Module) -> Iterator[str]:
    name = ast.unparse(call.func).rpartition(".")[2]
    first = call.args[0] if call.args else _keyword(call, "to")
    if name == "get_model" and isinstance(first, ast.Constant):
        label = str(first.value).partition(".")[0]
        if is_up(home, label):
            yield f"up from {home} to {label} by get_model"
    if name in KEYS and first is not None:
        yield from _of_key(call, _owner(first, module), home)


def _of_key(call: ast.Call, owner: str, home: str) -> Iterator[str]:
    if owner == home or owner not in RANK:
        return
    if is_up(home, owner):
        yield f"key up from {home} to {owner}"
    related = _keyword(call, "related_name")
    if not (isinstance(related, ast.Constant) and related.value == "+"):
        yield f'key from {home} to {owner} without related_name="+"'


def _owner(target: ast.expr, module: ast.Module) -> str:
    """The folder whose model a key points to; nothing for one of the same folder."""
    if isinstance(target, ast.Constant):
        label, dot, _ = str(target.value).partition(".")
        return label if dot else ""
    text = ast.unparse(target)
    if text.endswith("AUTH_USER_MODEL"):
        return "accounts"
    first, _, rest = text.partition(".")
    parts = f"{_full_names(module).get(first, first)}.{rest}".split(".")
    return parts[1] if parts[0] == "chatapp" else ""


def _full_names(module: ast.Module) -> dict[str, str]:
    """What the imported names of a module stand for."""
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _of_template(line: str, home: str) -> Iterator[str]:
    for tag, target in TEMPLATE_TAG.findall(line):
        if target[0] not in "\"'":
            yield f"{tag} of a name that only the running app knows: {target}"
        elif is_up(home, folder := target.strip("\"'").split("/")[0]):
            yield f"up from {home} to {folder} by {tag}: {target}"
