"""What reviewers follow: the owner's answer as it grows, masked before anybody knows its end."""

import uuid
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatapp.accounts.models import User
from chatapp.conversations.handover import ask_for_person
from chatapp.conversations.models import Conversation, Message
from chatapp.generation.cursor import Cursor, LiveAnswer
from chatapp.generation.log import TOOL, packed
from chatapp.live.threads import in_database
from chatapp.rendering import render
from chatapp.review.actions.notes import add_note, mark
from chatapp.review.live import BesideFollower, CoveredAnswer, QueueFollower, StaffFollower
from chatapp.review.masking import Mask
from chatapp.review.models import Item
from tests.conftest import a_conversation, answered, flagged

SECRET = (
    "Mail ada@private.example,\nor call +1 202 555 0143 now. Card: 4111 1111 1111 1111.\n\nBye."
)
ADDRESS = "ada@private.example"


def news(start: int, text: str, kind: str = "text", block: int = 0) -> dict[str, object]:
    return {"start": start, "pieces": [[block, kind, text]], "state": "writing"}


def pieces(text: str, cuts: list[int]) -> list[str]:
    ends = [0, *sorted({cut % len(text) for cut in cuts}), len(text)]
    return [text[a:b] for a, b in pairwise(ends) if a < b]


@given(cuts=st.lists(st.integers(0, 200), max_size=12))
@settings(max_examples=60, deadline=None)
def test_however_it_comes_no_part_of_a_secret_is_shown(cuts: list[int]) -> None:
    answer = CoveredAnswer(uuid.uuid4(), Mask())
    answer.is_behind = False
    cursor, html, start = Cursor(answer, uuid.UUID(int=0)), "", 0
    for text in pieces(SECRET, cuts):
        answer.hear(news(start, text))
        start += len(text)
        html += cursor.frame()
    assert answer.offset == len(SECRET)
    for secret in (ADDRESS, "private", "4111", "555"):
        assert secret not in html


def test_what_has_no_secret_is_shown_word_for_word() -> None:
    text = (
        "# A\n\nSome **words** of a lighthouse.\n\n```py\nprint(1)\n```\n\nThe end, my friend.\n\n"
    )
    plain, covered = LiveAnswer(uuid.uuid4()), CoveredAnswer(uuid.uuid4(), Mask())
    for answer in (plain, covered):
        answer.is_behind = False
        answer.hear(news(0, text))
        answer.hear(news(len(text), "Next", "thinking", 1))
    assert [block.answer.frozen for block in plain.blocks] == [
        block.answer.frozen for block in covered.blocks
    ]


def test_the_card_of_a_tool_is_masked_when_it_comes() -> None:
    call = {"type": "tool_use", "id": "t", "name": "x", "input": {"to": ADDRESS}}
    result = {"type": "tool_result", "tool_use_id": "t", "content": f"Sent to {ADDRESS}"}
    answer = CoveredAnswer(uuid.uuid4(), Mask())
    answer.is_behind = False
    answer.hear(news(0, packed(call, result), TOOL))
    html = Cursor(answer, uuid.uuid4()).frame()
    assert "private" not in html
    assert html.count("[e-mail]") == 2


def test_a_block_that_ended_is_masked_to_its_last_word() -> None:
    answer = CoveredAnswer(uuid.uuid4(), Mask())
    answer.is_behind = False
    answer.hear(news(0, f"Hm: {ADDRESS}", "thinking"))
    answer.hear(news(len(ADDRESS) + 4, "So", "text", 1))
    html = "".join(answer.blocks[0].answer.frozen)
    assert html == render("Hm: [e-mail]")


@pytest.mark.django_db(transaction=True)
async def test_a_reviewer_s_page_gets_each_new_message_once(ada: User, sue: User) -> None:
    thread = await in_database(a_conversation, ada, f"I am {ADDRESS}")
    await in_database(flagged, thread)
    await in_database(answered, thread, "Hello")
    follower = StaffFollower(sue, thread.pk, 0)
    first = await follower.frame()
    assert first.count("<article") == 2
    assert "private" not in first
    assert await follower.frame() == ""
    await in_database(ask_for_person, thread.pk, ada)
    follower.known = follower.since + 1
    assert "<article" not in await follower.frame()


@pytest.mark.django_db(transaction=True)
async def test_what_stands_beside_is_told_when_it_changes(
    thread: Conversation, answer: Message, item: Item, sue: User, tim: User
) -> None:
    follower = BesideFollower(tim, thread.pk)
    assert await follower.frame() == ""
    await in_database(add_note, sue, thread, "A canary")
    follower.hear({})
    frame = await follower.frame()
    assert 'id="side"' in frame
    assert "A canary" in frame
    await in_database(mark, sue, answer, "bad")
    follower.hear({"message": str(answer.pk)})
    assert f'id="staff-{answer.pk}"' in await follower.frame()
    assert await follower.frame() == ""


async def test_the_queue_tells_its_pages_to_ask_again_and_nothing_else() -> None:
    follower = QueueFollower()
    assert await follower.frame() == ""
    follower.hear({})
    assert await follower.frame() == '<template data-frame="refresh" data-name="queue"></template>'
    assert await follower.frame() == ""
