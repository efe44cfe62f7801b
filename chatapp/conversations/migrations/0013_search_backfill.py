"""Index what was finished before, in batches and without long locks; a killed run begins again."""

from typing import Any, ClassVar

from django.db import migrations

PAGES = 500  # of the table of messages, 4 MB, in one transaction
# The lock is the foreign key's own, taken early: a message that somebody is just deleting is
# passed over, instead of each waiting for the other.
FILL = """
INSERT INTO conversations_indexedmessage
    (message_id, conversation_id, created_at, traits, words)
SELECT id, conversation_id, created_at, conversations_search_traits(status, model, content),
    to_tsvector('simple', conversations_search_text(text))
FROM conversations_message message
WHERE status <> 'pending' AND {which}
FOR KEY SHARE SKIP LOCKED
ON CONFLICT (message_id) DO NOTHING
"""
BATCH = FILL.format(which="ctid >= %s::tid AND ctid < %s::tid")
# A row that was saved meanwhile may have moved to a page that was passed already.
REST = FILL.format(
    which="NOT EXISTS (SELECT FROM conversations_indexedmessage WHERE message_id = message.id)"
)


def fill(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_relation_size('conversations_message') / current_setting('block_size')::int"
        )
        pages = cursor.fetchone()[0]
        for start in range(0, pages, PAGES):
            cursor.execute(BATCH, [f"({start},0)", f"({start + PAGES},0)"])
        cursor.execute(REST)
        cursor.execute("ANALYZE conversations_indexedmessage")


class Migration(migrations.Migration):
    atomic = False
    dependencies: ClassVar = [("conversations", "0012_search")]
    operations: ClassVar = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        # One that was cut off stays behind, unusable.
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS indexed_message_words", migrations.RunSQL.noop
        ),
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY indexed_message_words "
            "ON conversations_indexedmessage USING gin (words, traits)",
            "DROP INDEX CONCURRENTLY IF EXISTS indexed_message_words",
        ),
    ]
