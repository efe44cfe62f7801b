"""What the pages of all rooms say in another language: nothing of their own is left in English."""

import re
from html.parser import HTMLParser

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tests.locale.test_catalogues import catalogue
from tests.security.conftest import World, world  # noqa: F401  # a fixture
from tests.security.matrix import Thread
from tests.security.test_matrix import ROWS, ask

SPOKEN = {"alt", "aria-description", "aria-label", "data-command", "placeholder", "title"}
UNSEEN = {"script", "style", "svg", "textarea"}
WORD = re.compile(r"[A-Za-z]{3}")
# What people and machines wrote, which stays as it is.
DATA = re.compile(
    r"""
    .*[0-9a-f]{8}-[0-9a-f]{4}-.*        # what `world` names by a number
    | .*@example\.com.*
    | [0-9a-f]{64}
    | claude-[a-z0-9-]+ | Claude\ [A-Z]\w+\ [\d.]+
    | \{.*\}
    | (A\ (comment|draft\.|file|note|question\ of\ mine)|-\ better\ notes|And\ then\?)(\ ·.*)?
    | (Be\ live|Bees\ dance|On\ \{\{topic\}\})\. | Case | Half\ an\ answer | Hello\?
    | Assistant(\ 1)? | Answers\ questions\ of\ any\ kind\. | production(:\ \d)? | topic
    | draft | live | Chat | Support  # words of bodies, the app, somebody's initials
    | /[a-z]+ | HTML | JSON | Markdown | PDF | SHA-256 | UTC
    | (prompt\ )?admin | member | support | user\.[a-z_]+ | role  # groups, and what is on record
    | Deutsch | English | Español | Français | Nederlands | Português.*
    | italiano | polski | svenska
    """,
    re.VERBOSE,
)


class Said(HTMLParser):
    """The texts of a page that have a word in Latin letters, and what its marks say."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: set[str] = set()
        self._unseen: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNSEEN or ("name", "time_zone") in attrs:
            self._unseen.append(tag)
        self.texts |= {value for name, value in attrs if value and name in SPOKEN}

    def handle_endtag(self, tag: str) -> None:
        if self._unseen[-1:] == [tag]:
            self._unseen.pop()

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.texts.add(" ".join(data.split()))


def texts_of(response: HttpResponse) -> set[str]:
    return {text for text in Said(response.content.decode()).texts if WORD.search(text)}


def is_page(response: HttpResponse) -> bool:
    kind = response.headers.get("Content-Type", "")
    return response.status_code == 200 and kind.startswith("text/html") and not response.streaming


def shown(client: Client, page: str, thread: Thread, language: str) -> HttpResponse:
    cache.clear()
    with transaction.atomic():
        response = ask(client, page, "GET", thread, **{"Accept-Language": language})
        transaction.set_rollback(True)
    return response


@pytest.fixture(scope="module")
def same() -> set[str]:
    """What Japanese says as English does, by its catalogue."""
    found = catalogue("ja")
    return {str(message.id) for message in found if message.id and message.id == message.string}


@pytest.mark.django_db
@pytest.mark.parametrize("page", ROWS)
@pytest.mark.parametrize("role", ["admin", "support"])
def test_a_page_in_japanese_has_no_sentence_of_the_english_one(
    world: World,  # noqa: F811
    same: set[str],
    role: str,
    page: str,
) -> None:
    client, thread = world.browser(role), world.own[role]
    english = shown(client, page, thread, "en")
    if not is_page(english):
        return  # a file, a redirect or nothing
    left = texts_of(english) & texts_of(shown(client, page, thread, "ja")) - same
    assert [text for text in left if not DATA.fullmatch(text)] == []
