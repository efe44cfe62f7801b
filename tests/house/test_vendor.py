"""What others wrote stands apart, unchanged, with its version and its licence."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import Tree, tell

TEXTS = ("VERSION", "LICENSE", "LICENCE", "COPYING")


def offences(tree: Tree) -> Iterator[str]:
    """Each folder has VERSION.txt, which states the sha256 of every file beside it."""
    vendor = tree.root / "static" / "vendor"
    for place in sorted(vendor.iterdir()) if vendor.is_dir() else []:
        if place.is_dir():
            yield from (f"{tree.name(place)}: {what}" for what in of_folder(place))
        elif place.name != "MANIFEST":
            yield f"{tree.name(place)}: stands in no folder of its own"


def of_folder(place: Path) -> Iterator[str]:
    names = [path.name for path in place.iterdir()]
    if not any(name.startswith(TEXTS[1:]) for name in names):
        yield "no licence"
    version = place / "VERSION.txt"
    stated = version.read_text() if version.is_file() else ""
    if not any(letter.isdigit() for letter in stated.partition("sha256")[0]):
        yield "no version"
    for path in sorted(place.rglob("*")):
        is_theirs = path.is_file() and not path.name.startswith(TEXTS)
        if is_theirs and hashlib.sha256(path.read_bytes()).hexdigest() not in stated:
            yield f"{path.name} is not the file whose sha256 VERSION.txt states"


def test_vendored_files_are_what_they_say(tree: Tree) -> None:
    tell(offences(tree))


@pytest.fixture
def place(empty_tree: Tree) -> Path:
    place = empty_tree.root / "static" / "vendor" / "thing"
    place.mkdir(parents=True)
    digest = hashlib.sha256(b"thing()").hexdigest()
    (place / "thing.js").write_text("thing()")
    (place / "VERSION.txt").write_text(f"thing 1.2\nsha256: {digest}\n")
    (place / "LICENSE").write_text("Do what you like.")
    return place


def test_a_whole_vendored_folder_passes(empty_tree: Tree, place: Path) -> None:
    assert list(offences(empty_tree)) == []
    assert place.is_dir()


def test_a_changed_vendored_file_is_caught(empty_tree: Tree, place: Path) -> None:
    (place / "thing.js").write_text("thing();")
    assert "thing.js is not the file" in next(offences(empty_tree))


def test_a_missing_version_or_licence_is_caught(empty_tree: Tree, place: Path) -> None:
    (place / "VERSION.txt").write_text("sha256: 0")
    (place / "LICENSE").unlink()
    assert [what.partition(": ")[2] for what in offences(empty_tree)][:2] == [
        "no licence",
        "no version",
    ]
