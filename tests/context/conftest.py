import pytest
from pytest_django.fixtures import Settings

from tests.context.fuzz import ANSWER_TOKENS, MARKS


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--requests", type=int, default=300, help="how many the fuzz makes")


@pytest.fixture
def small_marks(settings: Settings) -> dict[str, int]:
    """Marks that a few messages pass, so that much happens in a short conversation."""
    settings.CONTEXT_MARKS = MARKS
    settings.ANSWER_MAX_TOKENS = ANSWER_TOKENS
    settings.PROTECTED_MAX_TOKENS = 120
    return MARKS
