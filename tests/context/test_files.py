"""Files on their way to Claude: planned by stand-ins, sent whole, and as many as the API takes."""

import base64
import hashlib
import json
import uuid
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.storage import default_storage

from chatapp.accounts.models import User
from chatapp.claude import Request
from chatapp.claude.catalogue import CATALOGUE
from chatapp.claude.simulator.validate import bad_request
from chatapp.context import tokens
from chatapp.context.directions import directions, options
from chatapp.context.files import NOT_SENT, require_files, within_limits
from chatapp.context.pieces import Piece
from chatapp.context.plan import plan
from chatapp.context.summarize import request_for_chunk
from chatapp.conversations.files import storage
from chatapp.conversations.files.blocks import Block, block_of
from chatapp.conversations.files.limits import MEGABYTE
from chatapp.conversations.files.sending import FileGone, filled
from chatapp.conversations.models import Conversation, Message, StoredFile
from chatapp.errors import TooLarge
from chatapp.generation.actions import begin_conversation, send
from chatapp.usage.ledger import Asking, open_call
from chatapp.usage.models import SentRequest
from tests.conftest import answered
from tests.conversations import samples

LARGE, SMALL = CATALOGUE["claude-sonnet-5-5"], CATALOGUE["claude-haiku-4-5"]
TEXT = b"Bees dance." * 40


def planned(conversation: Conversation) -> Request:
    answer = Message.objects.get(pk=conversation.current_leaf_id)
    return plan(directions(conversation), answer).request


def sent_with(owner: User, *files: StoredFile) -> Conversation:
    return begin_conversation(owner, uuid.uuid4(), "Look", "", files=[file.pk for file in files])


def content_of(request: Request) -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = request.messages[0]["content"]
    return content


def a_file(kind: str = "image", **told: Any) -> Block:
    fields = {"sent_size": 9, "digest": "0" * 64, "width": 750, "height": 10, **told}
    return block_of(StoredFile(id=uuid.uuid4(), name="a.pdf", kind=kind, **fields))


def test_claude_gets_each_kind_in_the_form_of_the_api(ada: User) -> None:
    files = [samples.uploaded(ada, d) for d in (samples.image(), samples.pdf(), TEXT)]
    request = filled(planned(sent_with(ada, *files)))
    image, pdf, text, words = content_of(request)
    assert image["source"]["media_type"] == "image/png"
    assert base64.b64decode(pdf["source"]["data"]) == storage.read(files[1].pk)
    assert text["source"] == {"type": "text", "media_type": "text/plain", "data": TEXT.decode()}
    assert (pdf["title"], text["title"], words) == (
        "file",
        "file",
        {"type": "text", "text": "Look"},
    )
    assert bad_request(request.body(stream=True), "2026-10-21") is None


def test_the_record_names_the_bytes_by_their_digest(ada: User) -> None:
    file = samples.uploaded(ada, samples.image())
    request = planned(sent_with(ada, file))
    open_call(Asking("answer", request, ada.pk, tokens=1_234))
    record = SentRequest.objects.select_related("call").get()
    (kept, _) = json.loads(record.body)["messages"][0]["content"]
    assert kept["source"]["data"]["sha256"] == file.digest
    # Who puts the stored bytes in has every byte that was sent.
    data = base64.b64encode(storage.read(file.pk)).decode()
    assert {**kept, "source": {**kept["source"], "data": data}} == content_of(filled(request))[0]
    assert hashlib.sha256(base64.b64decode(data)).hexdigest() == file.digest
    assert record.call.expected_tokens >= 1_234


@pytest.mark.parametrize("loss", ["gone", "other bytes"])
def test_a_file_that_is_not_what_it_was_is_never_sent(ada: User, loss: str) -> None:
    file = samples.uploaded(ada, TEXT, "bees.txt")
    request = planned(sent_with(ada, file))
    place = storage.place_of(file.pk, "sent")
    with default_storage.open(place, "wb") as stored:
        stored.write(b"Other")
    if loss == "gone":
        default_storage.delete(place)
    with pytest.raises(FileGone, match=r"bees\.txt"):
        filled(request)


def test_the_second_turn_begins_with_the_very_words_of_the_first(ada: User) -> None:
    conversation = sent_with(ada, samples.uploaded(ada, samples.pdf(2)))
    first = planned(conversation)
    answered(conversation, "I see.")
    send(ada, conversation.pk, uuid.uuid4(), "And then?", "")
    conversation.refresh_from_db()
    second = planned(conversation)
    assert second.messages[:1] == first.messages
    assert filled(second).messages[:1] == filled(first).messages
    assert second.cache_control == first.cache_control == {"type": "ephemeral"}


def test_files_weigh_by_what_they_are() -> None:
    pdf = a_file("pdf", pages=10, letters=3_000)
    text = a_file("text", letters=300)
    assert tokens.of_block(a_file(width=750, height=100)) == 101
    assert tokens.of_block(pdf) == 1_000 + 10 * tokens.PAGE + tokens.TURN
    assert tokens.of_block(text) == 100 + tokens.TURN


def pieces_of(*blocks: Block) -> list[Piece]:
    return [Piece("user", block, uuid.uuid4()) for block in blocks]


def test_of_more_than_the_api_takes_the_oldest_stand_by_name_alone() -> None:
    found = pieces_of(*(a_file() for _ in range(103)), {"type": "text", "text": "Hello"})
    kept = [piece.block["type"] for piece in within_limits(found, SMALL)]
    assert kept == ["text"] * 3 + ["image"] * 100 + ["text"]
    assert within_limits(found, LARGE) == found
    assert within_limits(found, SMALL)[0].block["text"] == NOT_SENT.format(name="a.pdf")


def test_no_request_is_longer_than_the_api_takes() -> None:
    found = pieces_of(*(a_file("pdf", sent_size=9 * MEGABYTE, pages=9, letters=9) for _ in "abc"))
    kept = [piece.block["type"] for piece in within_limits(found, LARGE)]
    assert kept == ["text", "document", "document"]


def test_a_message_that_no_request_could_hold_is_refused() -> None:
    pages = [a_file("pdf", pages=101, letters=9)]
    with pytest.raises(TooLarge, match="101 pages; 100 are possible with Claude Haiku"):
        require_files(pages, SMALL)
    require_files(pages, LARGE)
    with pytest.raises(TooLarge, match="together"):
        require_files([a_file() for _ in range(101)], SMALL)


def test_files_that_fill_the_memory_are_refused_before_they_are_kept(ada: User) -> None:
    file = samples.uploaded(ada, TEXT)
    StoredFile.objects.update(letters=3_000_000)
    with pytest.raises(TooLarge, match="about 1,000,"):
        sent_with(ada, file)
    file.refresh_from_db()
    assert file.sent_at is None


def test_the_notes_have_the_words_of_texts_and_the_names_of_others(ada: User) -> None:
    text, image = samples.uploaded(ada, TEXT, "bees.txt"), samples.uploaded(ada, samples.image())
    message = Message.objects.get(conversation=sent_with(ada, text, image), role="user")
    request = request_for_chunk([message], options(None))
    told = content_of(request)[0]["text"]
    assert f"[file: bees.txt]\n{TEXT.decode()}\n[file: file]\nLook" in told


def test_a_request_without_files_is_left_as_it_is() -> None:
    request = Request("claude-sonnet-5-5", [{"role": "user", "content": "Hello?"}], 100)
    assert filled(request) is request
    assert filled(replace(request, messages=[])).messages == []
