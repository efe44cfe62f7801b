"""The back door: for admins alone, on record, and round no rule."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from chatapp.accounts.models import AuditLine, User
from chatapp.accounts.roles import Right, Role, has_right, has_role
from chatapp.conversations.models import Conversation, Message, ReadRecord
from chatapp.ops.backdoor.doors import site
from chatapp.prompts.models import Audience
from chatapp.usage import offers
from chatapp.usage.models import Budget, Call, ModelOffer, SentRequest
from tests.conftest import PASSWORD, a_person, a_prompt, a_thread, browser_of
from tests.usage.asking import paid

pytestmark = pytest.mark.django_db
DOOR = "/admin/backdoor/"
BUDGET = {"period": "day", "hard": "5"}


@pytest.fixture
def admin(max: User) -> Client:
    return browser_of(max)


def role(name: Role) -> Group:
    return Group.objects.get(name=name.value)


def person(user: User, **changes: Any) -> dict[str, Any]:
    """The form of a person as the page sends it, with some fields changed."""
    groups = [group.pk for group in user.groups.all()]
    return {"email": user.email, "name": user.name, "is_active": "on", "groups": groups, **changes}


def change(admin: Client, user: User, **changes: Any) -> Any:
    return admin.post(f"{DOOR}accounts/user/{user.pk}/change/", person(user, **changes))


def last_line() -> AuditLine:
    return AuditLine.objects.order_by("-pk")[0]


def test_a_person_is_changed_and_the_line_says_how(admin: Client, max: User, ada: User) -> None:
    assert change(admin, ada, name="Ada L.", why="Married.").status_code == 302
    line = last_line()
    assert (line.by, line.action, line.target_id) == (max, "user.changed", str(ada.pk))
    assert (line.why, line.address) == ("Married.", "127.0.0.1")
    assert line.detail == {"before": {"name": ""}, "after": {"name": "Ada L."}}


def test_roles_are_given_and_the_line_names_them(admin: Client, ada: User) -> None:
    change(admin, ada, groups=[role(Role.MEMBER).pk, role(Role.SUPPORT).pk])
    assert has_role(ada, Role.SUPPORT)
    before, after = last_line().detail["before"], last_line().detail["after"]
    assert (before["groups"], after["groups"]) == (["member"], ["member", "support"])


def test_a_form_that_changes_nothing_leaves_no_line(admin: Client, ada: User) -> None:
    count = AuditLine.objects.count()
    assert change(admin, ada).status_code == 302
    assert AuditLine.objects.count() == count


def test_a_new_person_signs_in_with_the_password_given(admin: Client) -> None:
    form = {"email": "NEW@example.com", "is_active": "on", "new_password": PASSWORD}
    assert admin.post(f"{DOOR}accounts/user/add/", form).status_code == 302
    new = User.objects.get(email="new@example.com")
    assert new.check_password(PASSWORD)
    assert last_line().action == "user.created"
    assert PASSWORD not in str(last_line().detail)


def test_a_new_person_without_a_password_has_none(admin: Client) -> None:
    admin.post(f"{DOOR}accounts/user/add/", {"email": "new@example.com", "is_active": "on"})
    assert not User.objects.get(email="new@example.com").has_usable_password()


def test_a_new_password_ends_the_sessions_and_is_never_shown(admin: Client, ada: User) -> None:
    browser = browser_of(ada)
    change(admin, ada, new_password="another fine password")
    assert browser.get("/").status_code == 302
    assert last_line().detail["after"] == {"password": "set anew"}
    ada.refresh_from_db()
    page = admin.get(f"{DOOR}accounts/user/{ada.pk}/change/").text
    assert ada.password not in page
    assert ada.password.split("$")[0] not in page


@pytest.mark.parametrize("password", ["short", "password", "ada@example.com"])
def test_a_weak_password_is_refused_here_too(admin: Client, ada: User, password: str) -> None:
    assert "errorlist" in change(admin, ada, new_password=password).text
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


@pytest.mark.parametrize("loss", [{"is_active": ""}, {"groups": []}])
def test_the_last_admin_stays(admin: Client, max: User, loss: dict[str, Any]) -> None:
    assert "Somebody has to remain" in change(admin, max, **loss).text
    assert has_role(User.objects.get(pk=max.pk), Role.ADMIN)
    other = a_person("other@example.com", Role.ADMIN)
    assert change(admin, other, **loss).status_code == 302
    assert "Somebody has to remain" in change(admin, max, **loss).text


def test_a_switched_off_admin_is_nobody_who_remains(admin: Client, max: User) -> None:
    User.objects.filter(pk=a_person("other@example.com", Role.ADMIN).pk).update(is_active=False)
    assert "Somebody has to remain" in change(admin, max, groups=[]).text


def test_nobody_becomes_a_superuser_by_a_field_sent_along(admin: Client, ada: User) -> None:
    change(admin, ada, is_superuser="on", user_permissions=["1"], password="x")
    ada.refresh_from_db()
    assert not ada.is_superuser
    assert not ada.user_permissions.exists()
    assert ada.check_password(PASSWORD)


def test_a_person_is_not_deleted_by_this_door(admin: Client, ada: User) -> None:
    reply = admin.post(f"{DOOR}accounts/user/{ada.pk}/delete/", {"post": "yes"})
    assert reply.status_code == 403
    assert User.objects.filter(pk=ada.pk).exists()


def test_a_group_is_made_renamed_and_deleted_on_record(admin: Client) -> None:
    admin.post(f"{DOOR}auth/group/add/", {"name": "sales"})
    group = Group.objects.get(name="sales")
    admin.post(f"{DOOR}auth/group/{group.pk}/change/", {"name": "trade"})
    admin.post(f"{DOOR}auth/group/{group.pk}/delete/", {"post": "yes"})
    assert not Group.objects.filter(pk=group.pk).exists()
    lines = AuditLine.objects.filter(action__startswith="group.").order_by("pk")
    assert [line.action for line in lines] == ["group.created", "group.changed", "group.deleted"]
    assert lines[1].detail["before"] == {"name": "sales"}


def test_rights_of_the_support_room_are_ticked_on_record(admin: Client, sue: User) -> None:
    group = role(Role.SUPPORT)
    page = f"{DOOR}auth/group/{group.pk}/change/"
    assert "Read all conversations of others" in admin.get(page).text
    assert "Can delete user" not in admin.get(page).text
    right = Permission.objects.get(codename=Right.READ_ALL)
    other = Permission.objects.exclude(codename__in=Right.values).first()
    assert other
    assert admin.post(page, {"permissions": [right.pk, other.pk]}).status_code == 200
    admin.post(page, {"permissions": [right.pk]})
    assert has_right(User.objects.get(pk=sue.pk), Right.READ_ALL)
    after = AuditLine.objects.get(action="group.changed").detail["after"]
    assert after["permissions"] == [
        "Conversations | conversation | Read all conversations of others"
    ]


def test_the_group_of_a_role_keeps_its_name_and_stays(admin: Client) -> None:
    for group in Group.objects.filter(name__in=[each.value for each in Role]):
        admin.post(f"{DOOR}auth/group/{group.pk}/change/", {"name": "other"})
        reply = admin.post(f"{DOOR}auth/group/{group.pk}/delete/", {"post": "yes"})
        assert reply.status_code == 403
    assert not Group.objects.filter(name="other").exists()
    assert Group.objects.filter(name="admin").exists()


def test_a_group_that_bounds_or_opens_something_is_not_deleted(admin: Client) -> None:
    group = Group.objects.create(name="sales")
    Budget.objects.create(role=group, period="day", hard=1)
    Audience.objects.create(prompt=a_prompt(), group=group)
    reply = admin.post(f"{DOOR}auth/group/{group.pk}/delete/", {"post": "yes"})
    assert "sales, a day" in reply.text
    assert "Guide for sales" in reply.text
    assert Group.objects.filter(pk=group.pk).exists()


def test_a_budget_is_made_changed_and_deleted_with_one_line_each(admin: Client, ada: User) -> None:
    form = {**BUDGET, "email": ada.email, "why": "Pilot."}
    admin.post(f"{DOOR}usage/budget/add/", form)
    budget = Budget.objects.get(person=ada)
    admin.post(f"{DOOR}usage/budget/{budget.pk}/change/", {**form, "hard": "7"})
    admin.post(f"{DOOR}usage/budget/{budget.pk}/delete/", {"post": "yes"})
    assert not Budget.objects.exists()
    lines = AuditLine.objects.filter(action__startswith="budget.").order_by("pk")
    verbs = [line.action.partition(".")[2] for line in lines]
    assert (verbs, lines[0].why) == (["created", "changed", "deleted"], "Pilot.")


@pytest.mark.parametrize(
    "fields", [{"email": "nobody@example.com"}, {"hard": "-1"}, {"soft": "9"}, {"period": "year"}]
)
def test_a_budget_is_checked_as_on_its_own_page(admin: Client, fields: dict[str, str]) -> None:
    reply = admin.post(f"{DOOR}usage/budget/add/", {**BUDGET, **fields})
    assert "errorlist" in reply.text
    assert not Budget.objects.exists()


def test_a_second_budget_for_the_same_is_refused_here(admin: Client) -> None:
    for _ in range(2):
        reply = admin.post(f"{DOOR}usage/budget/add/", BUDGET)
    assert reply.status_code == 200
    assert Budget.objects.count() == 1


def test_a_price_set_here_holds_at_once_and_is_on_record(
    admin: Client, django_capture_on_commit_callbacks: Any
) -> None:
    form = {"model": "claude-next", "is_offered": "on", "position": "1", "input": "4"}
    reply = admin.post(f"{DOOR}usage/modeloffer/add/", form)
    assert "both, input and output" in reply.text
    offers.offered()
    with django_capture_on_commit_callbacks(execute=True):
        admin.post(f"{DOOR}usage/modeloffer/add/", {**form, "output": "20"})
    assert offers.offered() == ["claude-next"]
    assert last_line().action == "model.created"
    assert last_line().detail["after"]["output"] == "20"
    row = ModelOffer.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        admin.post(f"{DOOR}usage/modeloffer/{row.pk}/delete/", {"post": "yes"})
    assert "claude-next" not in offers.offered()
    assert Decimal(last_line().detail["before"]["input"]) == 4


def test_a_change_whose_line_fails_is_no_change(
    admin: Client, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chatapp.ops.backdoor.site.record", refuse)
    with pytest.raises(ImproperlyConfigured):
        change(admin, ada, name="Other")
    ada.refresh_from_db()
    assert ada.name == ""


def refuse(*_: object, **__: object) -> None:
    raise ImproperlyConfigured


@pytest.mark.parametrize("model", [AuditLine, Call, ReadRecord])
def test_records_can_only_be_read(admin: Client, max: User, ada: User, model: Any) -> None:
    conversation = paid(ada, 1).conversation
    ReadRecord.objects.create(reader=max, conversation=conversation, what="a request")
    row, table = model.objects.all()[0], f"{DOOR}{model._meta.app_label}/{model._meta.model_name}/"
    before = list(model.objects.order_by("pk").values())
    assert admin.get(table).status_code == 200
    assert admin.get(f"{table}{row.pk}/change/").status_code == 200
    for address in ("add/", f"{row.pk}/change/", f"{row.pk}/delete/"):
        assert admin.post(f"{table}{address}", {"post": "yes"}).status_code == 403
    assert list(model.objects.order_by("pk").values()) == before


def test_nothing_that_people_wrote_is_behind_this_door(admin: Client, ada: User) -> None:
    assert not {Conversation, Message, SentRequest} & set(site._registry)
    thread = a_thread(ada, "A secret of Ada", "A secret answer")
    Conversation.objects.update(title="A secret title")
    paid(ada, 1)
    Call.objects.update(conversation=thread)
    ReadRecord.objects.create(conversation=thread, what="a request")
    for address in every_address():
        reply = admin.get(address, follow=True)
        assert "A secret" not in reply.text, address


def test_the_history_of_a_row_is_in_the_record(admin: Client, ada: User) -> None:
    change(admin, ada, name="Ada L.")
    reply = admin.get(f"{DOOR}accounts/user/{ada.pk}/history/")
    lines = admin.get(reply["Location"]).context["lines"]
    assert [line.action for line in lines] == ["user.changed", "user.created"]


# --- every address of the site ---


def patterns(resolver: Any, prefix: str = "") -> list[tuple[str, list[str]]]:
    found = []
    for url in resolver:
        if isinstance(url, URLResolver):
            found += patterns(url.url_patterns)
        elif isinstance(url, URLPattern) and url.name:
            found.append((url.name, list(url.pattern.regex.groupindex)))
    return found


def every_address() -> list[str]:
    """The address of each page, of a row that is there where it is about one."""
    rows = {f"{m._meta.app_label}_{m._meta.model_name}": m for m in site._registry}
    found = []
    for name, wanted in patterns(site.get_urls()):
        model = rows.get(name.rpartition("_")[0])
        row = model._default_manager.first() if model else None
        given = {"object_id": row.pk if row else 0, "app_label": "usage"}
        found.append(reverse(f"admin:{name}", kwargs={each: given[each] for each in wanted}))
    assert len(found) > 30
    return found


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "head", "options"])
def test_whoever_is_no_admin_finds_no_page(
    ada: User, sue: User, pat: User, max: User, method: str
) -> None:
    gone = browser_of(a_person("eve@example.com", Role.ADMIN))
    User.objects.filter(email="eve@example.com").update(is_active=False)
    addresses = every_address()
    for browser in map(browser_of, (ada, sue, pat)):
        assert {getattr(browser, method)(it).status_code for it in addresses} == {404}
    for browser in (Client(), gone):
        replies = [getattr(browser, method)(it) for it in addresses]
        assert {reply.status_code for reply in replies} == {302}
        assert all(it["Location"].startswith("/accounts/login/?next=") for it in replies)


def test_an_admin_opens_every_page_and_each_script_has_a_nonce(admin: Client, ada: User) -> None:
    paid(ada, 1)
    Budget.objects.create(**BUDGET)
    ModelOffer.objects.create(model="claude-next")
    ReadRecord.objects.create(what="a request")
    Group.objects.create(name="sales")
    for address in every_address():
        reply = admin.get(address, follow=True)
        assert reply.status_code in (200, 403), address
        scripts = reply.text.count("<script") - reply.text.count('type="application/json"')
        assert scripts == reply.text.count('nonce="'), address
        assert "<style" not in reply.text
        assert " style=" not in reply.text


def test_the_sign_in_of_django_s_admin_is_closed(admin: Client) -> None:
    for address in ("login/", "logout/", "password_change/", "jsi18n/", "autocomplete/", "no/such"):
        assert admin.get(f"{DOOR}{address}").status_code == 404
