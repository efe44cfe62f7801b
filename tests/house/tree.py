"""The files of the house, and how what is wrong with them is told."""

import ast
import math
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# What is not ours or not source. `.ci` is the one folder with a dot that belongs to us.
SKIPPED = {"__pycache__", "venv", "node_modules", "staticfiles", "vendor"}
TEXT = {
    ".py",
    ".html",
    ".js",
    ".css",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".lock",
    ".txt",
    ".sh",
    ".svg",
}


@dataclass(frozen=True)
class Tree:
    root: Path

    def code(self) -> Iterator[Path]:
        """Python of the app as people write it: migrations are written by Django."""
        return (path for path in self.all_code() if "migrations" not in path.parts)

    def all_code(self) -> Iterator[Path]:
        return self._files("chatapp", ".py")

    def tests(self) -> Iterator[Path]:
        return self._files("tests", ".py")

    def templates(self) -> Iterator[Path]:
        return self._files("templates", ".html")

    def scripts(self) -> Iterator[Path]:
        return self._files("static", ".js")

    def styles(self) -> Iterator[Path]:
        return self._files("static", ".css")

    def texts(self) -> Iterator[Path]:
        """Everything of ours that a person may read, build files without an ending included."""
        return (path for path in self._files(".") if path.suffix in TEXT or not path.suffix)

    def name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def _files(self, folder: str, suffix: str = "") -> Iterator[Path]:
        return (path for path in _under(self.root / folder) if path.name.endswith(suffix))


def _under(folder: Path) -> Iterator[Path]:
    """Files below, in order; what is skipped is not even opened (`.venv` is large)."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.is_file():
            yield path
        elif not _is_skipped(path.name):
            yield from _under(path)


def _is_skipped(part: str) -> bool:
    return part in SKIPPED or (part.startswith(".") and part != ".ci")


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def tell(offences: Iterable[str]) -> None:
    """Fail with one offence a line, or pass when there is none."""
    found = list(offences)
    if found:
        pytest.fail("\n".join([f"{len(found)} found:", *found]), pytrace=False)


def nine_of_ten(figures: Sequence[int]) -> int:
    """The figure that nine of ten do not exceed."""
    return sorted(figures)[math.ceil(len(figures) * 0.9) - 1]


@dataclass(frozen=True)
class Bar:
    """How large things may be: at the median, nine of ten of them, and the largest."""

    p90: int
    median: int | None = None
    largest: int | None = None

    def offences(self, sizes: dict[str, int]) -> Iterator[str]:
        if not sizes:
            return
        for what, bar, figure in (
            ("median", self.median, statistics.median(sizes.values())),
            ("nine of ten", self.p90, nine_of_ten(list(sizes.values()))),
            ("largest", self.largest, max(sizes.values())),
        ):
            if bar is not None and figure > bar:
                over = sorted(
                    ((size, name) for name, size in sizes.items() if size > bar), reverse=True
                )
                yield f"{what}: {figure:g} lines, bar {bar}; over it:"
                yield from (f"    {name}: {size}" for size, name in over)
