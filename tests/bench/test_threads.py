"""The long threads of `bench.plan` are such as the app would have them."""

import pytest

from bench.threads import a_thread, planned

pytestmark = pytest.mark.django_db


def test_a_long_thread_is_sent_as_notes_and_a_tail() -> None:
    made = planned(a_thread(60))
    kinds = [part["kind"] for part in made.parts]
    assert 1 <= kinds.count("summary") <= 6
    assert 8 < kinds.count("message") < 120
    assert (made.left_out, made.is_due) == (0, False)


def test_a_short_thread_is_sent_whole() -> None:
    made = planned(a_thread(5))
    assert [part["kind"] for part in made.parts] == ["system", *["message"] * 11]
