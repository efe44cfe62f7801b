"""What scripts say: listed for translators, and carried by each page in its language."""

import re

import pytest
from django.conf import settings
from django.test import Client

from chatapp.chat import words

SCRIPTS = settings.BASE_DIR / "static/js"
SAID = re.compile(r'\bgettext\((?:"([^"\n]+)"[,)])?')


def said_in_scripts() -> list[str]:
    """The sentence of each call; empty where it is no sentence that could be listed."""
    paths = [path for path in SCRIPTS.glob("*.js") if path.name != "translate.js"]
    return [match[1] or "" for path in paths for match in SAID.finditer(path.read_text())]


def test_every_sentence_of_a_script_is_listed_once_and_every_listed_one_is_said() -> None:
    assert len(set(words.WORDS)) == len(words.WORDS)
    assert set(said_in_scripts()) == set(words.WORDS)


@pytest.mark.django_db
def test_a_page_in_english_carries_none(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert '<script id="translations" type="application/json">{}</script>' in page


@pytest.mark.django_db
def test_a_page_carries_what_its_language_says_otherwise(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "gettext", lambda said: "Kopiert" if said == "Copied" else said)
    page = client.get("/accounts/login/").content.decode()
    assert (
        '<script id="translations" type="application/json">{"Copied": "Kopiert"}</script>' in page
    )


@pytest.mark.django_db
def test_an_error_page_has_no_script_and_carries_none(client: Client) -> None:
    assert "translations" not in client.get("/nowhere/").content.decode()
