"""Random trees, a summarizer that often fails: no rule is broken."""

import pytest

from chatapp.accounts.models import User
from chatapp.context.models import Attempt, Summary
from tests.context.fuzz import faults_of_worlds


def test_no_request_of_random_conversations_breaks_a_rule(
    ada: User, small_marks: dict[str, int], request: pytest.FixtureRequest
) -> None:
    wanted = request.config.getoption("--requests", 300)
    assert list(faults_of_worlds(ada, wanted)) == []
    print(f"{wanted} requests, {Summary.objects.count()} rows of notes")
    # All that can happen did: otherwise this proves little.
    assert Summary.objects.filter(level=0).exists()
    assert Summary.objects.filter(level__gt=0).exists()
    assert Summary.objects.filter(replaces__isnull=False).exists()
    assert Attempt.objects.exclude(failure="").exists()
