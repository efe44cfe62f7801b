from pathlib import Path

import pytest

from tests.house.tree import ROOT, Tree


@pytest.fixture
def tree() -> Tree:
    return Tree(ROOT)


@pytest.fixture
def empty_tree(tmp_path: Path) -> Tree:
    """A house without a file, to plant faults in and see them caught."""
    return Tree(tmp_path)
