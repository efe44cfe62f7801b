"""Every page and method against every role, as the table in `matrix.py` says."""

import re
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from chatapp.conversations.models import Conversation, Message
from chatapp.generation.models import Run
from tests.security.conftest import World
from tests.security.matrix import (
    ADMINS_ONLY,
    BY_RIGHT,
    FOR_ADMINS_OF_REVIEW,
    FORMS,
    METHODS,
    OTHERS,
    PAGES,
    Line,
    Thread,
    cells_of_page,
    lines_of,
    missing_thread,
)

ROWS = sorted({line["page"] for line in lines_of(PAGES)})
# What differs from one answer to the next: a token that is masked anew each time.
CHANGING = re.compile(r'"X-CSRFToken": "\w+"')


def pages(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, list[str]]]:
    """The name of each page of the URL conf, and the parameters of its address."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver) and pattern.namespace == "admin":
            continue  # the back door: each of its addresses is tried in tests/ops/test_backdoor
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from pages(pattern, inner)
        else:
            yield f"{prefix}{pattern.name}", list(pattern.pattern.regex.groupindex)


def address_of(page: str, thread: Thread) -> str:
    wanted = dict(pages(get_resolver()))[page]
    return reverse(page, kwargs={name: getattr(thread, name) for name in wanted})


def ask(client: Client, page: str, method: str, thread: Thread, **headers: str) -> HttpResponse:
    address = address_of(page, thread)
    form = {"data": FORMS.get(page, {})} if method == "POST" else {}
    response: HttpResponse = getattr(client, method.lower())(address, headers=headers, **form)
    return response


def asked_in_vain(client: Client, page: str, method: str, thread: Thread) -> HttpResponse:
    """The same, with all that it changed taken back."""
    with transaction.atomic():
        response = ask(client, page, method, thread)
        transaction.set_rollback(True)
    return response


def cell(response: HttpResponse) -> str:
    if response.status_code == 302 and response.url.startswith("/accounts/login/?next="):
        return "login"
    return str(response.status_code)


pytestmark = pytest.mark.django_db


def test_every_page_has_a_line() -> None:
    assert sorted({name for name, _ in pages(get_resolver())}) == ROWS


@pytest.mark.parametrize("page", ROWS)
def test_every_role_is_answered_as_the_table_says(world: World, page: str) -> None:
    for method in METHODS:
        cache.clear()  # limits start afresh
        expected = cells_of_page(page, method)
        found = {"own": own_cell(world, page, method)}
        for column in ["suspended", "nobody", *(OTHERS if expected["missing"] != "-" else [])]:
            found[column] = cell(asked_in_vain(world.browser(column), page, method, world.theirs))
        assert found == {column: expected[column] for column in found}, method


def own_cell(world: World, page: str, method: str) -> str:
    """What the four roles meet, each with a thread of its own."""
    met = {
        cell(asked_in_vain(world.browser(at), page, method, mine)) for at, mine in world.own.items()
    }
    return "/".join(sorted(met))


@pytest.mark.parametrize(
    "page", [row for row in ROWS if row.startswith("workbench:") and row not in BY_RIGHT]
)
def test_the_admins_room_opens_to_its_roles_alone(world: World, page: str) -> None:
    """For anybody else there is no such page, whatever the method."""
    open_to = {"admin"} if page in ADMINS_ONLY else {"admin", "prompt-admin"}
    for method in ("GET", "POST"):
        cells = {
            role: cell(asked_in_vain(world.browser(role), page, method, world.theirs))
            for role in world.own
        }
        met = {role for role, found in cells.items() if found not in ("404", "405")}
        assert met == (open_to if cells["admin"] != "405" else set()), cells


@pytest.mark.parametrize("page", [row for row in ROWS if row.startswith("review:")])
def test_the_support_room_opens_to_its_roles_alone(world: World, page: str) -> None:
    open_to = {"admin"} if page in FOR_ADMINS_OF_REVIEW else {"admin", "support"}
    for method in ("GET", "POST"):
        cells = {
            role: cell(asked_in_vain(world.browser(role), page, method, world.theirs))
            for role in world.own
        }
        met = {role for role, found in cells.items() if found not in ("404", "405")}
        assert met <= open_to, cells


def is_about_a_thread(line: Line) -> bool:
    return line["missing"] != "-"


GATED = [
    (line["page"], method)
    for line in filter(is_about_a_thread, lines_of(PAGES))
    for method in line["methods"].split(",")
]


@pytest.mark.parametrize(("page", "method"), GATED)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "htmx"])
def test_a_thread_of_others_is_answered_as_one_that_does_not_exist(
    world: World, page: str, method: str, headers: dict[str, str]
) -> None:
    theirs, missing = world.theirs, missing_thread()
    for role in OTHERS:
        if cells_of_page(page, method)[role] != "404":
            continue  # may look, on record
        client = world.browser(role)
        answers = [ask(client, page, method, thread, **headers) for thread in (theirs, missing)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert [bare(answer) for answer in answers][:1] * 2 == [bare(a) for a in answers]


def bare(response: HttpResponse) -> tuple[dict[str, str], str]:
    return dict(response.headers), CHANGING.sub("", response.content.decode())


@pytest.mark.parametrize(("page", "method"), GATED)
def test_nobody_else_changes_a_thread(world: World, page: str, method: str) -> None:
    before = everything()
    met = cells_of_page(page, method)
    for column in (*OTHERS, "nobody", "suspended"):
        if page in BY_RIGHT and met[column] not in ("404", "login"):
            continue
        ask(world.browser(column), page, method, world.theirs)
    assert everything() == before


def everything() -> list[list[dict[str, object]]]:
    return [list(kind.objects.order_by("pk").values()) for kind in (Conversation, Message, Run)]


def test_to_read_is_never_to_write() -> None:
    """Whoever may not change a thread so far keeps that when a grant lets them read it."""
    for line in filter(is_about_a_thread, lines_of(PAGES)):
        if "POST" in line["methods"] and line["page"] not in BY_RIGHT:
            assert {line[role] for role in OTHERS} == {"404"}, line
