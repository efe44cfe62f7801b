"""The set-up of the room: on record, checked, and for admins; one's own card for each."""

import pytest

from chatapp.accounts.models import AuditLine, User
from chatapp.review.models import Card, Category, Macro, Room, Rubric, Rule
from tests.conftest import browser_of

pytestmark = pytest.mark.django_db

SETTINGS = {
    "respond_minutes": "30",
    "resolve_minutes": "0",
    "sample_percent": "2.5",
    "classifier": "now",
    "criterion": "Rude",
    "phone_region": "de",
    "assigns_in_turn": "on",
}
NEW = {
    "rule": {"name": "Refunds", "pattern": "refund", "where": "user", "priority": "2"},
    "macro": {"name": "Hello", "text": "Dear {{user_name}}", "tags": "a,b"},
    "category": {"name": "Wrong"},
    "rubric": {"name": "Tone", "meaning": "How it sounds", "most": "5"},
    "pattern": {"name": "customer", "expression": "KD"},
}
WRONG = {
    "rule": {"name": "Refunds", "pattern": "(", "is_regex": "on", "where": "user", "priority": "2"},
    "macro": {"name": ""},
    "category": {"name": "x" * 61},
    "rubric": {"name": "Tone", "most": "1"},
    "pattern": {"name": "customer", "expression": "("},
}


def test_the_room_is_one_row_that_admins_change_on_record(max: User) -> None:
    admin = browser_of(max)
    assert admin.post("/review/room/", SETTINGS).status_code == 302
    room = Room.objects.get()
    assert (room.respond_minutes, str(room.sample_percent)) == (30, "2.50")
    assert (room.phone_region, room.assigns_in_turn) == ("DE", True)
    assert AuditLine.objects.get(action="room.created").detail["classifier"] == "now"
    assert admin.post("/review/room/", {**SETTINGS, "respond_minutes": "31"}).status_code == 302
    assert Room.objects.get().respond_minutes == 31


@pytest.mark.parametrize(
    "wrong", [{"sample_percent": "101"}, {"classifier": "x"}, {"phone_region": "XX"}]
)
def test_what_the_room_cannot_be_is_refused(max: User, wrong: dict[str, str]) -> None:
    assert browser_of(max).post("/review/room/", {**SETTINGS, **wrong}).status_code == 422
    assert not Room.objects.exists()


@pytest.mark.parametrize("kind", NEW)
def test_each_list_takes_shows_changes_and_deletes(max: User, kind: str) -> None:
    admin, base = browser_of(max), f"/review/room/{kind}/"
    assert admin.post(f"{base}new/", NEW[kind]).status_code == 302
    assert NEW[kind]["name"] in admin.get(base).text
    model = {"rule": Rule, "macro": Macro, "category": Category, "rubric": Rubric}.get(kind)
    key = model.objects.get().pk if model else admin.get(base).text.split(base)[2].split("/")[0]
    changed = {**NEW[kind], "name": "Another"}
    assert admin.post(f"{base}{key}/", changed).status_code == 302
    assert "Another" in admin.get(f"{base}{key}/").text
    assert admin.post(f"{base}{key}/delete/").status_code == 302
    assert "There are none yet" in admin.get(base).text
    actions = set(AuditLine.objects.filter(by=max).values_list("action", flat=True))
    assert actions == {f"{kind}.created", f"{kind}.changed", f"{kind}.deleted"}


@pytest.mark.parametrize("kind", WRONG)
def test_each_list_refuses_what_is_wrong(max: User, kind: str) -> None:
    assert browser_of(max).post(f"/review/room/{kind}/new/", WRONG[kind]).status_code == 422


def test_there_are_no_other_lists(max: User) -> None:
    for address in ("users/", "users/new/", "users/1/", "users/1/delete/"):
        admin = browser_of(max)
        method = admin.post if "delete" in address else admin.get
        assert method(f"/review/room/{address}").status_code == 404


def test_a_card_is_one_s_own(sue: User, max: User) -> None:
    browser_of(sue).post("/review/card/", {"name": "Susan", "picture": "🦊"})
    browser_of(sue).post("/review/card/", {"name": "Suse", "picture": ""})
    card = Card.objects.get()
    assert (card.person, card.name, card.picture) == (sue, "Suse", "")
    assert browser_of(max).get("/review/card/").text.count("Suse") == 0
