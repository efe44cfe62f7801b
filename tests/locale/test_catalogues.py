"""The interface's languages: every sentence of the sources is in each catalogue, whole."""

import gettext
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

from tests.environment import PROJECT

LANGUAGES = [code for code, _ in settings.LANGUAGES if code != "en"]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HELD = re.compile(r"%\(\w+\)[sdif]|%%|%[sd]|\{[^}]*\}|</?\w[^>]*>|\n")

Key = tuple[str | None, str | tuple[str, ...]]


def extracted(source: str) -> Iterator[Key]:
    for _, said, _, context in extract("python", BytesIO(source.encode()), KEYWORDS):
        if said:
            yield context, said


def of_template(path: Path) -> Iterator[Key]:
    """What Django makes of a template for its own collector: calls between blanked-out text."""
    calls = templatize(path.read_text(), origin=str(path))
    yield from extracted("\n".join(line.strip() for line in calls.splitlines()))


def said_in_the_sources() -> set[Key]:
    found: set[Key] = set()
    for path in (PROJECT / "chatapp").rglob("*.py"):
        found.update(extracted(path.read_text()))
    for path in (PROJECT / "templates").rglob("*.*"):
        found.update(of_template(path))
    return found


def place(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES"


def catalogue(language: str) -> Catalog:
    with open(place(language) / "django.po", "rb") as file:
        return read_po(file, locale=language)


def messages(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


def forms(said: object) -> list[str]:
    return [str(said)] if isinstance(said, str) else [str(form) for form in said or ()]  # type: ignore[attr-defined]


def held(text: str) -> list[str]:
    """What stands in a sentence for something else, and must stand in its translation."""
    return sorted(HELD.findall(text))


def test_the_collector_finds_what_is_said_in_python_and_in_templates() -> None:
    found = said_in_the_sources()
    assert (None, "Sign in") in found
    assert ("part of a whole", "Share") in found
    assert any(isinstance(said, tuple) for _, said in found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_in_the_catalogue_and_no_other(language: str) -> None:
    known = {(message.context, message.id) for message in messages(language)}
    assert known == said_in_the_sources()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated_in_all_its_forms(language: str) -> None:
    count = catalogue(language).num_plurals
    for message in messages(language):
        said = forms(message.string)
        assert all(said), message.id
        assert not message.fuzzy, message.id
        assert len(said) == (count if message.pluralizable else 1), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_holds_what_the_sentence_holds(language: str) -> None:
    for message in messages(language):
        english, said = forms(message.id), forms(message.string)
        assert held(said[-1]) == held(english[-1]), message.id
        assert set(held(said[0])) <= set(held(english[-1])), message.id
        assert {(form[0].isspace(), form[-1].isspace()) for form in said} == {
            (english[0][0].isspace(), english[0][-1].isspace())
        }, message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_says_the_same(language: str) -> None:
    with open(place(language) / "django.mo", "rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in messages(language):
        said = forms(message.string)
        if message.pluralizable:
            singular, plural = forms(message.id)
            said_of = {compiled.ngettext(singular, plural, n) for n in (0, 1, 2, 1_000_000)}
            assert said_of == set(said), plural
        elif message.context:
            assert compiled.pgettext(message.context, str(message.id)) == said[0]
        else:
            assert compiled.gettext(str(message.id)) == said[0]
