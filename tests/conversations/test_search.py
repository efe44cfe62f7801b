"""Searching messages: what is found, by whom, in which order, and page by page."""

import unicodedata
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from chatapp.accounts.models import User
from chatapp.conversations import actions, search
from chatapp.conversations.matching import tidy
from chatapp.conversations.models import Conversation, IndexedMessage, Message
from chatapp.conversations.places import Place
from chatapp.conversations.search import Page, Search, hits
from chatapp.conversations.terms import words_of
from chatapp.errors import Unusable
from tests.conftest import a_conversation, a_prompt, a_thread, answered

ALL = Conversation.objects.all
DAY = datetime(2026, 5, 1, tzinfo=UTC)


def found(words: str = "", **fields: Any) -> list[str]:
    """The texts of the hits, the best first, of all conversations."""
    page = hits(Search(words, **fields), ALL())
    texts = Message.objects.in_bulk([hit.message_id for hit in page.hits])
    return [texts[hit.message_id].text for hit in page.hits]


def some_messages(owner: User, *texts: str, **fields: Any) -> list[Message]:
    """Finished answers in one conversation, a minute between them."""
    conversation = Conversation.objects.create(owner=owner, model="m")
    root = Message.objects.create(conversation=conversation, role="user", created_at=DAY)
    return Message.objects.bulk_create(
        Message(
            conversation=conversation,
            parent=root,
            role="assistant",
            text=text,
            created_at=DAY + timedelta(minutes=at),
            **fields,
        )
        for at, text in enumerate(texts)
    )


@pytest.mark.parametrize(
    ("words", "texts"),
    [
        ("wolf lamb", {"the wolf and the lamb", "a lamb near no wolf"}),
        ('"the lamb"', {"the wolf and the lamb"}),
        ("wolf -lamb", {"a wolf"}),
        ('lamb -"the lamb"', {"a lamb near no wolf"}),
        ("WOLF -near", {"the wolf and the lamb", "a wolf"}),
        ("fox or near", {"a lamb near no wolf", "fox"}),
        ("-wolf", {"", "fox"}),
        ("wol", set()),
        ('"the lamb', {"the wolf and the lamb"}),
    ],
)
def test_words_phrases_and_minus_find_what_they_say(ada: User, words: str, texts: set[str]) -> None:
    some_messages(ada, "the wolf and the lamb", "a lamb near no wolf", "a wolf", "fox")
    assert set(found(words)) == texts


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("muller", "Herr Müller mahlt"),
        ("Müller", "Herr Muller mahlt"),
        ("MU\u0308LLER", "Herr Müller mahlt"),
        ("strasse", "in der Straße"),
        ("naive", "so naïve—really"),
        ("it's", "and it’s here"),
        ("москва", "Москва зимой"),
        ("東京", "私は東京に住んでいます"),
        ("タワー", "東京タワー"),
        ("한국어", "나는 한국어 를"),
        ("file", "a ﬁle"),
        ("x2", "x² + 1"),
        ("🙂 good", "good 👍🏽"),
    ],
)
def test_words_of_other_languages_are_found(ada: User, words: str, text: str) -> None:
    some_messages(ada, text, "something else")
    assert found(words) == [text]


def test_characters_of_chinese_in_another_order_are_another_word(ada: User) -> None:
    some_messages(ada, "京東")
    assert found("東京") == []


@pytest.mark.parametrize(
    "words", ["foo_bar.baz", "bar.baz", "baz", '"foo bar"', "FOO_BAR", "src/foo_bar", "--foo"]
)
def test_parts_of_names_in_code_are_found(ada: User, words: str) -> None:
    some_messages(ada, "call src/foo_bar.baz(x) --foo", "foo baz and a bar")
    assert "call src/foo_bar.baz(x) --foo" in found(words)
    assert ("foo baz and a bar" in found(words)) == (words in ("baz", "--foo"))


def test_a_word_may_be_unfinished_while_it_is_typed(ada: User) -> None:
    some_messages(ada, "connection refused", "conned")
    assert found("connection ref", as_typed=True) == ["connection refused"]
    assert found("con ref", as_typed=True) == []
    assert found("connection ref ", as_typed=True) == []
    assert found("connection ref") == []


def test_a_phrase_is_unfinished_until_its_quote_is_closed(ada: User) -> None:
    some_messages(ada, "the connection refused me", "refused a connection")
    assert found('"connection ref', as_typed=True) == ["the connection refused me"]
    assert found('"connection ref"', as_typed=True) == []
    assert found('"connection ref ', as_typed=True) == []
    assert found('"connection ref') == []


@pytest.mark.parametrize(
    "words",
    [
        *("\x00", "- -", '"', '""', "-", "or", "& | ! <-> :*", "'", "\\", "\ud800", "()", "<b>"),
        *("word " * 10_000, "-x " * 10_000, '"a b" or ' * 3_000, "x" * 5_000, "é" * 5_000),
        *("a_" * 5_000, "字" * 5_000, "'a' & !", "%s %(x)s", "a\x00b", ":*", "-or"),
    ],
    ids=lambda words: ascii(words[:12]),
)
@pytest.mark.parametrize("as_typed", [False, True])
def test_hostile_words_give_an_answer(ada: User, words: str, as_typed: bool) -> None:
    some_messages(ada, "nothing of that")
    assert "nothing of that" not in found(words, as_typed=as_typed) or words.startswith("-")
    assert found(person=words, model=words, status=words) == [] or not words.strip("\x00\ud800")


def test_the_database_and_the_snippets_see_the_same_words(db: None) -> None:
    assigned = [
        chr(at) for at in range(1, 0x20000) if unicodedata.category(chr(at))[1] not in "sno"
    ]
    texts = [f"a{character}B" for character in assigned]
    with connection.cursor() as cursor:
        cursor.execute("SELECT lower(conversations_search_text(unnest(%s::text[])))", [texts])
        folded = [text.split() for (text,) in cursor.fetchall()]
    ours = [[word.folded for word in words_of(text)] for text in texts]
    assert [text for text, a, b in zip(texts, folded, ours, strict=True) if a != b] == []


def test_who_says_it_more_and_shorter_comes_first(ada: User) -> None:
    long = "wolf " + "and so on " * 200
    some_messages(ada, "one wolf here", long, "wolf wolf wolf wolf")
    assert found("wolf") == ["wolf wolf wolf wolf", "one wolf here", long]


def test_of_equal_messages_the_newer_comes_first(ada: User) -> None:
    old, new = some_messages(ada, "a wolf", "a wolf")
    assert [hit.message_id for hit in hits(Search("wolf"), ALL()).hits] == [new.pk, old.pk]


def test_much_better_beats_newer(ada: User) -> None:
    best, _ = some_messages(ada, "wolf wolf wolf", "wolf and more")
    IndexedMessage.objects.filter(pk=best.pk).update(created_at=DAY - timedelta(days=3000))
    assert found("wolf") == ["wolf wolf wolf", "wolf and more"]


def test_each_filter_leaves_out_what_it_says(ada: User, ben: User) -> None:
    image = [{"type": "image", "source": {}}, {"type": "text", "text": "wolf ada"}]
    prompt = a_prompt()
    some_messages(ada, "wolf ada", model="claude-a", content=image)
    (bens,) = some_messages(ben, "wolf ben", model="claude-b", status="failed")
    Conversation.objects.filter(owner=ben).update(prompt=prompt)
    for fields in (
        {"person": "BEN@exam"},
        {"prompt": prompt.pk},
        {"model": "claude-b"},
        {"status": "failed"},
        {"among": Message.objects.filter(pk=bens.pk)},
    ):
        assert found("wolf", **fields) == ["wolf ben"]
    assert found("wolf", has_attachment=True) == ["wolf ada"]
    assert found("wolf", person="ada", status="failed") == []


def test_a_person_is_found_by_name(ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(name="Ada Lovelace")
    some_messages(ada, "wolf")
    assert found("wolf", person="lovel") == ["wolf"]
    assert found("wolf", person="byron") == []


def test_dates_hold_their_beginning_and_not_their_end(ada: User) -> None:
    some_messages(ada, "wolf 0", "wolf 1", "wolf 2")
    minute = timedelta(minutes=1)
    assert found("wolf", after=DAY + minute, before=DAY + 2 * minute) == ["wolf 1"]
    assert found("wolf", after=DAY + 2 * minute) == ["wolf 2"]
    assert found("wolf", before=DAY) == []


def test_without_words_the_newest_come_first(ada: User) -> None:
    some_messages(ada, "one", "two", status="failed")
    assert found(status="failed") == ["two", "one"]


def test_nothing_is_found_outside_of_what_may_be_read(ada: User, ben: User) -> None:
    some_messages(ada, "wolf")
    alone = hits(Search("wolf"), Conversation.objects.visible_to(ada))
    some_messages(ben, "wolf wolf", "wolf lamb", *["wolf"] * 30)
    # Neither rank nor count tells that others speak of it.
    assert hits(Search("wolf"), Conversation.objects.visible_to(ada)) == alone
    assert hits(Search("wolf", person="ben"), Conversation.objects.visible_to(ada)) == Page([])
    assert hits(Search("wolf"), Conversation.objects.none()) == Page([])


def test_trials_of_the_playground_are_not_found(ada: User) -> None:
    (message,) = some_messages(ada, "wolf")
    Conversation.objects.filter(pk=message.conversation_id).update(is_trial=True)
    assert found("wolf") == []


def all_pages(asked: Search, limit: int, between: Any = lambda: None) -> list[uuid.UUID]:
    """The keys of all hits, page by page, with something happening between the pages."""
    page = hits(asked, ALL(), limit=limit)
    keys = [hit.message_id for hit in page.hits]
    while page.has_more:
        between()
        page = hits(asked, ALL(), page.next_place, limit)
        keys += [hit.message_id for hit in page.hits]
    return keys


@pytest.mark.parametrize("block", [3, 8, 100])
@pytest.mark.parametrize("limit", [1, 7, 50])
def test_pages_have_every_hit_once_while_messages_come(
    ada: User, monkeypatch: pytest.MonkeyPatch, block: int, limit: int
) -> None:
    monkeypatch.setattr(search, "BLOCK", block)
    monkeypatch.setattr(search, "SAMPLE", 5)
    texts = [f"wolf {'wolf ' * (at % 5)}" for at in range(30)]
    there = {message.pk for message in some_messages(ada, *texts)}
    keys = all_pages(Search("wolf"), limit, lambda: a_thread(ada, "wolf wolf", "a new wolf"))
    assert len(keys) == len(set(keys))
    assert set(keys) == there


def test_messages_of_one_moment_are_paged_as_well(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "BLOCK", 4)
    monkeypatch.setattr(search, "SAMPLE", 3)
    there = some_messages(ada, *["wolf"] * 20)
    IndexedMessage.objects.update(created_at=DAY)
    keys = all_pages(Search("wolf"), 3)
    assert sorted(keys) == sorted(message.pk for message in there)


def test_a_rare_phrase_of_common_words_is_found_further_back(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, size in (("SAMPLE", 4), ("MOST_LOOKED_AT", 8), ("BLOCK", 5)):
        monkeypatch.setattr(search, name, size)
    first, *_ = some_messages(ada, "the wolf", *["wolf, the"] * 40)
    page = hits(Search('"the wolf"'), ALL())
    assert (page.found, page.has_more) == (0, True)
    assert page.back_to
    assert all_pages(Search('"the wolf"'), 5) == [first.pk]


@pytest.mark.parametrize(
    "place",
    [
        *("x", "0", "1____", "_" * 4, "0_2026-05-01T00:00:00~0___", "\x00"),
        f"0_2026-05-01T00:00:00+00:00~{uuid.UUID(int=1).hex}_" * 2,
        f"x_2026-05-01T00:00:00+00:00~{uuid.UUID(int=1).hex}___",
        f"0_0001-01-01T00:00:00+23:59~{uuid.UUID(int=1).hex}___",
    ],
)
def test_a_made_up_place_is_refused(db: None, place: str) -> None:
    with pytest.raises(Unusable):
        hits(Search("wolf"), ALL(), place)


def test_a_place_passes_through_an_address_unchanged(ada: User) -> None:
    some_messages(ada, *["wolf"] * 9)
    place = hits(Search("wolf"), ALL(), limit=2).next_place
    assert quote(place, safe=":~") == place
    assert str(Place.read(place)) == place


def test_a_place_shows_nothing_that_may_not_be_read(ada: User, ben: User) -> None:
    some_messages(ada, *["wolf"] * 9)
    place = hits(Search("wolf"), ALL(), limit=2).next_place
    assert hits(Search("wolf"), Conversation.objects.visible_to(ben), place).hits == []


def test_an_answer_is_found_once_it_is_finished(ada: User) -> None:
    conversation = a_conversation(ada, "Is there a wolf?")
    assert found("wolf") == ["Is there a wolf?"]
    assert not IndexedMessage.objects.filter(pk=conversation.current_leaf_id).exists()
    answered(conversation, "No wolf at all.", "interrupted")
    assert set(found("wolf")) == {"Is there a wolf?", "No wolf at all."}


def test_a_continued_answer_is_found_by_its_new_words(ada: User) -> None:
    (message,) = some_messages(ada, "the wolf", status="interrupted")
    Message.objects.filter(pk=message.pk).update(status="pending")
    assert found("wolf", status="interrupted") == ["the wolf"]
    Message.objects.filter(pk=message.pk).update(status="done", text="the wolf and the lamb")
    assert found("lamb", status="done") == ["the wolf and the lamb"]
    assert found("lamb", status="interrupted") == []


def test_what_is_deleted_is_found_no_more(ada: User) -> None:
    kept, gone = a_thread(ada, "wolf", "a wolf"), a_thread(ada, "lamb", "a lamb")
    actions.delete(gone)
    assert set(IndexedMessage.objects.values_list("conversation", flat=True)) == {kept.pk}
    assert found("lamb") == []


def test_an_enormous_message_is_kept_and_found_by_its_beginning(ada: User) -> None:
    letters = "".join(chr(0x4E00 + at % 20_000) for at in range(300_000))
    texts = [f"wolf {letters}", "wolf " + " ".join(f"{at:x}" for at in range(250_000))]
    some_messages(ada, *texts, "wolf " + "\ufdfa" * 200_000)
    assert len(found("wolf")) == 3


def test_new_words_are_sorted_in_behind_the_writers(ada: User) -> None:
    tidy()
    some_messages(ada, "a wolf")
    assert found("wolf") == ["a wolf"]
    assert (tidy() > 0, tidy()) == (True, 0)
    assert found("wolf") == ["a wolf"]
