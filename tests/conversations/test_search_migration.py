"""Messages of before the search are found once it has come; and it can go again."""

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from chatapp.accounts.models import User
from chatapp.conversations.models import IndexedMessage
from tests.conftest import a_thread
from tests.conversations.test_binding import latest, migrated

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["latest"]


def nodes() -> list[tuple[str, str]]:
    """Before the search, its table, its rows."""
    graph = MigrationExecutor(connection).loader.graph
    names = {
        name.partition("_")[2]: (app, name) for app, name in graph.nodes if app == "conversations"
    }
    table = names["search"]
    (before,) = (node.key for node in graph.node_map[table].parents if node.key[0] == table[0])
    return [before, table, names["search_backfill"]]


def said(models: Any, owner: User, *texts: str, status: str = "done") -> Any:
    """A question and its answer, as the tables were then."""
    chat = models.get_model("conversations", "Conversation").objects.create(owner_id=owner.pk)
    message, parent = models.get_model("conversations", "Message"), None
    for role, text in zip(("user", "assistant"), texts, strict=True):
        fields = {"role": role, "text": text, "content": [{"type": "text", "text": text}]}
        if role == "assistant":
            fields["status"] = status
        parent = message.objects.create(conversation=chat, parent=parent, **fields)
    return parent


def test_old_messages_are_indexed_and_a_killed_run_goes_on(ada: User, latest: None) -> None:
    before, table, rows = nodes()
    then = migrated(before)
    said(then, ada, "old wolf", "an old wolf")
    said(then, ada, "pending wolf", "", status="pending")
    then = migrated(table)
    assert not IndexedMessage.objects.exists()
    said(then, ada, "new wolf", "a new wolf")
    migrated(rows)
    assert IndexedMessage.objects.count() == 5
    # As a run that was killed before its end would.
    migrated(table)
    assert IndexedMessage.objects.count() == 5
    migrated(rows)
    assert IndexedMessage.objects.count() == 5


def test_a_message_that_is_just_being_deleted_holds_nobody_up(ada: User, latest: None) -> None:
    before, table, rows = nodes()
    answer = said(migrated(before), ada, "wolf", "a wolf")
    migrated(table)
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor, connection.cursor() as ours:
        cursor.execute("SELECT FROM conversations_message WHERE role = 'user' FOR UPDATE")
        ours.execute("SET lock_timeout = '5s'")
        migrated(rows)
        ours.execute("RESET lock_timeout")
    other.close()
    assert [row.pk for row in IndexedMessage.objects.all()] == [answer.pk]


def test_without_the_search_messages_are_kept_and_deleted(ada: User, latest: None) -> None:
    conversation = a_thread(ada, "wolf")
    before, *_ = nodes()
    messages = migrated(before).get_model("conversations", "Message").objects
    assert "conversations_indexedmessage" not in connection.introspection.table_names()
    assert messages.filter(conversation=conversation.pk).count() == 2
    # By hand: higher floors' tables, which Django would clear as well, are not there either.
    with connection.cursor() as cursor:
        cursor.execute("UPDATE conversations_conversation SET current_leaf_id = NULL")
        cursor.execute("DELETE FROM conversations_unchecked")
        for table in ("generation_run", "conversations_message"):
            cursor.execute(f"DELETE FROM {table} WHERE conversation_id = %s", [conversation.pk])
    assert not messages.exists()


def test_the_index_is_one_that_searches_use(ada: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT FROM conversations_indexedmessage "
            "WHERE words @@ 'wolf' AND traits @> '{status failed}'::varchar[]"
        )
        plan = "".join(line for (line,) in cursor.fetchall())
        cursor.execute("RESET enable_seqscan")
    assert "indexed_message_words" in plan
