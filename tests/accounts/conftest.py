"""Limits of sign-in are counted in the cache, which no test may inherit from another."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def no_limits_of_another_test() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()
