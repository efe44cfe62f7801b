"""What a page that follows a conversation reads, whatever it hears before and meanwhile."""

import pytest

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation
from chatapp.generation.live import Changes, ConversationFollower
from chatapp.live.threads import in_database
from tests.conftest import a_conversation

pytestmark = pytest.mark.django_db(transaction=True)


class Interrupted(ConversationFollower):
    """Hears of a change just after it has read."""

    async def changes(self) -> Changes:
        found = await super().changes()
        self.hear({"revision": found.revision + 1})
        return found


@pytest.fixture
async def thread(ada: User) -> Conversation:
    """With an answer that is being written."""
    return await in_database(a_conversation, ada)


async def test_news_before_the_first_look_do_not_stand_for_it(thread: Conversation) -> None:
    follower = ConversationFollower(thread.pk, thread.revision)
    follower.hear({"revision": thread.revision})
    await follower.frame()
    assert len(follower.cursors) == 1


async def test_a_page_that_claims_to_know_the_future_is_set_right(thread: Conversation) -> None:
    follower = ConversationFollower(thread.pk, thread.revision + 9_000)
    follower.hear({"revision": thread.revision})
    await follower.frame()
    assert follower.since == thread.revision


async def test_news_that_come_while_the_page_reads_are_not_forgotten(thread: Conversation) -> None:
    follower = Interrupted(thread.pk, 0)
    await follower.frame()
    assert follower.is_stale


async def test_a_page_of_a_deleted_conversation_is_told_once(thread: Conversation) -> None:
    follower = ConversationFollower(thread.pk, 0)
    await in_database(thread.delete)
    follower.hear({"deleted": True})
    assert 'data-frame="log"' in await follower.frame()
    assert await follower.frame() == ""
