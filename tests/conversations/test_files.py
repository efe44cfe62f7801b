"""Files from the upload to the end of their thread: kept once, shown to few, never orphans."""

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as installed
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chatapp.accounts.models import User
from chatapp.conversations.actions import delete
from chatapp.conversations.copies import copied_to
from chatapp.conversations.files import actions as files
from chatapp.conversations.files import child, storage
from chatapp.conversations.files.blocks import stand_in
from chatapp.conversations.files.limits import FILE_BYTES, FILES_A_MESSAGE, FILES_UNSENT
from chatapp.conversations.models import (
    Attachment,
    Conversation,
    IndexedMessage,
    Message,
    QueuedMessage,
    StoredFile,
)
from chatapp.errors import ChatappError, Conflict, NotThere, TooLarge, Unusable
from chatapp.generation.actions import begin_conversation, send
from chatapp.generation.branching import edit
from chatapp.generation.entries import path_entries
from tests.conftest import a_conversation, a_thread, answered, browser_of
from tests.conversations import samples
from tests.conversations.test_constraints import refused

WORDS = b"Bees dance."


def stored_parts(file: StoredFile) -> set[str]:
    return {
        part for part in storage.PARTS if default_storage.exists(storage.place_of(file.pk, part))
    }


def sent_with(owner: User, *attached: StoredFile, text: str = "Look") -> Conversation:
    ids = [file.pk for file in attached]
    return begin_conversation(owner, uuid.uuid4(), text, "", files=ids)


def question_of(conversation: Conversation) -> Message:
    return Message.objects.get(conversation=conversation, role="user")


def test_an_upload_repeated_is_one_file(ada: User) -> None:
    file_id = uuid.uuid4()
    first = files.upload(ada, file_id, SimpleUploadedFile("bees.txt", WORDS))
    again = files.upload(ada, file_id, SimpleUploadedFile("other.txt", b"Other"))
    assert (first, again.name) == (again, "bees.txt")
    assert StoredFile.objects.count() == 1


def test_nobody_takes_or_learns_of_the_id_of_another_upload(ada: User, ben: User) -> None:
    file = samples.uploaded(ada, WORDS)
    with pytest.raises(NotThere):
        files.upload(ben, file.pk, SimpleUploadedFile("mine.txt", b"Mine"))
    with pytest.raises(NotThere):
        sent_with(ben, file)
    assert files.unsent(ben, [file.pk]) == []


def test_of_an_image_only_what_was_made_of_its_pixels_is_kept(ada: User) -> None:
    photo = samples.uploaded(ada, samples.photo(), "home.jpg")
    assert stored_parts(photo) == {"sent", "thumb"}
    assert b"Camera" not in storage.read(photo.pk)
    assert stored_parts(samples.uploaded(ada, samples.pdf())) == {"sent"}
    assert stored_parts(samples.uploaded(ada, WORDS)) == {"sent", "uploaded"}


def test_what_is_stored_is_private_to_the_app(ada: User) -> None:
    file = samples.uploaded(ada, WORDS)
    path = Path(default_storage.path(storage.place_of(file.pk, "sent")))
    assert path.stat().st_mode & 0o777 == 0o600
    folder = Path(installed.ENV.file_storage["OPTIONS"]["location"])
    assert folder.is_relative_to(installed.ENV.data_dir)


def test_files_stand_before_the_words_in_the_order_of_the_person(ada: User) -> None:
    one, two = samples.uploaded(ada, WORDS, "one.txt"), samples.uploaded(ada, samples.image())
    message = question_of(sent_with(ada, two, one))
    assert [block["type"] for block in message.content] == ["image", "document", "text"]
    data = stand_in(message.content[1])
    assert data
    assert (data["file"], data["sha256"]) == (str(one.pk), one.digest)
    assert [row.file for row in message.attachments.all()] == [two, one]


def test_a_file_without_words_is_a_message_and_gives_the_title(ada: User) -> None:
    conversation = sent_with(ada, samples.uploaded(ada, WORDS, "bees.txt"), text=" \n")
    assert conversation.title == "bees.txt"
    message = question_of(conversation)
    assert (message.text, len(message.content)) == ("", 1)
    assert path_entries(conversation)[0].parts == []


def test_a_message_without_words_and_files_is_still_refused(ada: User) -> None:
    with pytest.raises(Unusable):
        begin_conversation(ada, uuid.uuid4(), " ", "")


def test_a_file_can_be_sent_only_once(ada: User) -> None:
    file = samples.uploaded(ada, WORDS)
    sent_with(ada, file)
    with pytest.raises(Unusable, match="sent already"):
        sent_with(ada, file)
    assert Attachment.objects.count() == 1


def test_a_message_sent_twice_keeps_its_files(ada: User) -> None:
    conversation, file = a_thread(ada), samples.uploaded(ada, WORDS)
    message_id = uuid.uuid4()
    for _ in range(2):
        shown = send(ada, conversation.pk, message_id, "Look", "", [file.pk])
        assert [it.file for it in shown[0].attachments] == [file]


def test_too_many_files_are_refused_together(ada: User) -> None:
    rows = [a_row(ada) for _ in range(FILES_A_MESSAGE + 1)]
    with pytest.raises(TooLarge):
        sent_with(ada, *rows)


def test_files_that_are_too_large_together_are_refused(ada: User) -> None:
    with pytest.raises(TooLarge, match="together"):
        sent_with(ada, a_row(ada, sent_size=FILE_BYTES), a_row(ada, sent_size=FILE_BYTES))


def test_who_never_sends_cannot_fill_the_storage(ada: User) -> None:
    StoredFile.objects.bulk_create(a_row(ada, is_saved=False) for _ in range(FILES_UNSENT))
    with pytest.raises(Conflict, match="wait to be sent"):
        samples.uploaded(ada, WORDS)


def a_row(owner: User, *, is_saved: bool = True, **fields: Any) -> StoredFile:
    """A file of which nothing is stored."""
    told = {"kind": "text", "format": "text", "media_type": "text/plain", "digest": "0" * 64}
    sizes = {"size": 1, "sent_size": 1, "letters": 1}
    row = StoredFile(
        id=uuid.uuid4(), owner=owner, name="a", **{**told, **sizes, "is_ready": True, **fields}
    )
    if is_saved:
        row.save()
    return row


def test_a_file_goes_with_its_thread(ada: User) -> None:
    file = samples.uploaded(ada, samples.image())
    conversation = sent_with(ada, file)
    delete(conversation)
    assert files.remove_unused() == 1
    assert stored_parts(file) == set()
    assert not StoredFile.objects.exists()


def test_a_file_that_two_messages_share_goes_with_the_last_of_them(ada: User) -> None:
    file = samples.uploaded(ada, WORDS)
    first = sent_with(ada, file)
    other, ids = copied_to(question_of(first))
    copy = other.messages.get(pk=ids[question_of(first).pk])
    assert [block["type"] for block in copy.content] == ["document", "text"]
    assert [row.file for row in copy.attachments.all()] == [file]
    delete(first)
    assert files.remove_unused() == 0
    delete(other)
    assert files.remove_unused() == 1
    assert stored_parts(file) == set()


def test_files_of_a_message_that_waits_are_kept_until_its_turn(ada: User) -> None:
    conversation, file = a_conversation(ada), samples.uploaded(ada, WORDS)
    send(ada, conversation.pk, uuid.uuid4(), "", "", [file.pk])
    StoredFile.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert files.remove_unused() == 0
    answered(conversation, "Yes?")
    sent = Message.objects.get(attachments__file=file)
    assert (sent.role, sent.text) == ("user", "")
    assert not QueuedMessage.objects.exists()


def test_what_waits_is_shown_with_the_names_of_its_files(ada: User) -> None:
    conversation, file = a_conversation(ada), samples.uploaded(ada, WORDS)
    send(ada, conversation.pk, uuid.uuid4(), "Look", "", [file.pk])
    page = browser_of(ada).get(f"/c/{conversation.pk}/").content.decode()
    assert f'<p class="waiting-note">{file.name}</p>' in page


def test_an_edited_message_keeps_its_files(ada: User) -> None:
    file = samples.uploaded(ada, WORDS)
    first = sent_with(ada, file)
    answered(first, "I see.")
    edited = edit(ada, question_of(first), uuid.uuid4(), "")
    revised = Message.objects.get(conversation=edited, role="user", text="")
    assert [row.file for row in revised.attachments.all()] == [file]
    assert [block["type"] for block in revised.content] == ["document"]


def test_an_upload_that_was_not_sent_goes_after_a_day(ada: User) -> None:
    file = samples.uploaded(ada, WORDS)
    assert files.remove_unused() == 0
    StoredFile.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))
    assert files.remove_unused() == 1
    assert stored_parts(file) == set()


def test_an_upload_that_broke_off_leaves_a_row_that_is_removed(ada: User) -> None:
    begun = a_row(ada, is_ready=False, created_at=timezone.now() - timedelta(days=2))
    default_storage.save(storage.place_of(begun.pk, "sent"), SimpleUploadedFile("x", WORDS))
    with pytest.raises(NotThere):
        sent_with(ada, begun)
    assert files.remove_unused() == 1
    assert stored_parts(begun) == set()


def test_files_of_a_person_who_is_gone_go_too(ada: User) -> None:
    attached, unsent = samples.uploaded(ada, WORDS), samples.uploaded(ada, WORDS)
    conversation = sent_with(ada, attached)
    Conversation.objects.filter(pk=conversation.pk).delete()
    ada.delete()
    assert files.remove_unused() == 2
    assert stored_parts(attached) | stored_parts(unsent) == set()


def test_what_is_stored_without_a_row_is_found_once_it_is_old(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, lost = samples.uploaded(ada, WORDS), samples.uploaded(ada, WORDS)
    StoredFile.objects.filter(pk=lost.pk).delete()
    files.remove_strays()
    assert stored_parts(lost)
    monkeypatch.setattr(files, "STRAY_FOR", timedelta(seconds=-60))
    files.remove_strays()
    assert (stored_parts(lost), stored_parts(kept)) == (set(), {"sent", "uploaded"})


def test_an_upload_can_be_taken_back_until_it_is_sent(ada: User, ben: User) -> None:
    file = samples.uploaded(ada, WORDS)
    with pytest.raises(NotThere):
        files.withdraw(ben, file.pk)
    files.withdraw(ada, file.pk)
    assert stored_parts(file) == set()
    attached = samples.uploaded(ada, WORDS)
    sent_with(ada, attached)
    with pytest.raises(NotThere):
        files.withdraw(ada, attached.pk)


def test_the_files_of_all_messages_are_read_in_one_query(
    ada: User, django_assert_num_queries: Any
) -> None:
    conversation = sent_with(ada, a_row(ada), a_row(ada))
    with django_assert_num_queries(5):
        assert len(path_entries(conversation)[0].attachments) == 2
    plain = a_thread(ada)
    with django_assert_num_queries(4):
        path_entries(plain)


def test_the_search_knows_which_messages_have_files(ada: User) -> None:
    question = question_of(sent_with(ada, a_row(ada)))
    assert "attachment" in IndexedMessage.objects.get(message=question.pk).traits


def test_what_was_answered_keeps_its_files(ada: User) -> None:
    question = question_of(sent_with(ada, a_row(ada)))
    rows = Message.objects.filter(pk=question.pk)
    assert refused(lambda: rows.update(content=question.content[1:]))


def test_while_many_files_are_read_others_are_refused_for_a_moment(ada: User) -> None:
    places = child._places()
    taken = [places.acquire(blocking=False) for _ in range(child.READING_AT_ONCE)]
    try:
        with pytest.raises(ChatappError, match="in a moment") as caught:
            samples.uploaded(ada, WORDS)
    finally:
        for _ in taken:
            places.release()
    assert caught.value.status == 503
