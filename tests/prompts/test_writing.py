"""Writing prompts: versions, cards, approvals, comments."""

import pytest
from django.contrib.auth.models import Group

from chatapp.accounts.models import AuditLine, User
from chatapp.errors import Conflict, Unusable
from chatapp.prompts.actions import writing
from chatapp.prompts.actions.writing import BODY_MAX, Draft, Overtaken, save_card, save_version
from chatapp.prompts.models import Audience, Prompt
from tests.conftest import a_prompt, a_version

pytestmark = pytest.mark.django_db


def test_every_save_is_a_version_of_its_own(pat: User) -> None:
    prompt = Prompt.objects.create(name="P")
    first = save_version(prompt, pat, Draft("One."), "The first.", based_on=0)
    second = save_version(prompt, pat, Draft("Two.", effort="low"), "Less effort.", based_on=1)
    assert [(v.number, v.body, v.effort) for v in (first, second)] == [
        (1, "One.", ""),
        (2, "Two.", "low"),
    ]
    assert (second.author, second.note) == (pat, "Less effort.")
    assert AuditLine.objects.filter(action="version.saved").count() == 2


def test_the_second_of_two_who_save_is_told_and_overwrites_nothing(pat: User, max: User) -> None:
    prompt = a_prompt()
    theirs = save_version(prompt, max, Draft("Max was here."), "", based_on=1)
    with pytest.raises(Overtaken, match=r"Version 2 .* max@example.com") as told:
        save_version(prompt, pat, Draft("Pat was here."), "", based_on=1)
    assert told.value.newest == theirs
    assert prompt.versions.count() == 2


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("{{nobody}}", "is not defined"),
        ("x" * (BODY_MAX + 1), "are possible"),
        ("Be a guide.", "Nothing has changed"),
    ],
)
def test_what_cannot_be_a_version_is_refused(pat: User, body: str, why: str) -> None:
    prompt = a_prompt()
    with pytest.raises(Unusable, match=why):
        save_version(prompt, pat, Draft(body), "", based_on=1)
    assert prompt.versions.count() == 1


def test_a_new_default_takes_the_place_of_the_old_one(max: User) -> None:
    old, new = a_prompt("Old", is_default=True), a_prompt("New")
    new.is_default = True
    save_card(new, max, {})
    assert Prompt.objects.get(is_default=True) == new
    new.is_default = False
    with pytest.raises(Unusable, match="Make another prompt the default"):
        save_card(new, max, {})
    with pytest.raises(Conflict, match="Make another prompt the default"):
        writing.retire(new, max, on=True)
    writing.retire(old, max, on=True)
    assert Prompt.objects.get(pk=old.pk).retired_at


def test_a_group_begins_with_one_prompt_alone(max: User, sue: User) -> None:
    group = Group.objects.get(name="support")
    one, two = a_prompt("One"), a_prompt("Two")
    save_card(one, max, {group: True})
    save_card(two, max, {group: True})
    rows = Audience.objects.order_by("prompt__name").values_list("prompt__name", "is_default")
    assert list(rows) == [("One", False), ("Two", True)]


def test_a_change_of_a_card_is_on_record_with_what_it_was(max: User) -> None:
    prompt = a_prompt("Before")
    prompt.name = "After"
    save_card(prompt, max, {})
    detail = AuditLine.objects.get(action="prompt.changed").detail
    assert (detail["before"]["name"], detail["after"]["name"]) == ("Before", "After")


def test_nobody_approves_what_they_wrote(pat: User, max: User) -> None:
    version = a_version(a_prompt(), "New.", author=pat)
    with pytest.raises(Conflict, match="Somebody else"):
        writing.approve(version, pat)
    writing.approve(version, max)
    writing.approve(version, max)
    assert version.approvals.count() == 1
    writing.withdraw_approval(version, max)
    assert not version.approvals.exists()


def test_a_comment_may_stand_at_a_line(max: User) -> None:
    version = a_version(a_prompt(), "One\nTwo")
    writing.comment(version, max, "Why?", line=2)
    for text, line in (("Where?", 3), (" ", None), ("Where?", 0)):
        with pytest.raises(Unusable):
            writing.comment(version, max, text, line)
    assert version.comments.get().line == 2
