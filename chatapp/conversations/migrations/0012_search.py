"""What the search looks into: a narrow table beside the messages, kept by a trigger.

Nothing here reads or rewrites the messages: their table is locked for an instant. What was
finished before is indexed by the next migration, without locks.
"""

from typing import ClassVar

import django.contrib.postgres.fields
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

# Words as they are compared: marks and case folded, everything between words a space, each
# Chinese or Japanese character a word. By ranges, because what counts as a letter differs
# between installations of Postgres. A tsvector counts positions to 16,383 and holds a megabyte:
# the first 100,000 characters are what fits, whatever they are.
FOLD = r"""
CREATE FUNCTION conversations_search_text(said text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_replace(
        CASE WHEN octet_length(said) = char_length(said) THEN left(said, 100000)
        ELSE left(regexp_replace(normalize(replace(
            regexp_replace(normalize(left(said, 100000), NFKD), '[\u0300-\u036f]+', '', 'g'),
            'ß', 'ss'), NFC),
            '([\u2e80-\u2fdf\u3005-\u3007\u3021-\u302f\u3040-\u30fa\u30fc-\u31ff\u3400-\ua4cf]'
            || '|[\uf900-\ufaff\U00020000-\U0003ffff])', ' \1 ', 'g'), 100000)
        END,
        '[\u0001-/:-@\[-`{-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7'
        || '\u1680\u2000-\u2bff\u3000-\u3004\u3008-\u3020\u3030-\u303f\u30fb\ufe00-\ufe6f'
        || '\uff00-\uff0f\uff61-\uff65\ufff9-\uffff\U0001f000-\U0001faff]+', ' ', 'g')
$$
"""
# What searches filter by and few messages have, so that the one index finds both.
TRAITS = """
CREATE FUNCTION conversations_search_traits(status text, model text, content jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_remove(ARRAY['status ' || status, 'model ' || nullif(model, ''),
        CASE WHEN content @? '$[*] ? (@.type == "image" || @.type == "document")'
        THEN 'attachment' END], NULL)
$$
"""
WRITE = """
CREATE FUNCTION conversations_index_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO conversations_indexedmessage
        (message_id, conversation_id, created_at, traits, words)
    VALUES (NEW.id, NEW.conversation_id, NEW.created_at,
        conversations_search_traits(NEW.status, NEW.model, NEW.content),
        to_tsvector('simple', conversations_search_text(NEW.text)))
    ON CONFLICT (message_id) DO UPDATE SET traits = excluded.traits, words = excluded.words;
    RETURN NULL;
END $$;
CREATE TRIGGER message_indexed
    AFTER INSERT OR UPDATE OF status, text, content ON conversations_message
    FOR EACH ROW WHEN (NEW.status <> 'pending')
    EXECUTE FUNCTION conversations_index_message();
"""
STOP_WRITING = """
DROP TRIGGER message_indexed ON conversations_message;
DROP FUNCTION conversations_index_message();
"""
# A search reads the vectors of thousands: inside their rows they cost a page each, not five.
STORE = """
ALTER TABLE conversations_indexedmessage SET (toast_tuple_target = 8160);
ALTER TABLE conversations_indexedmessage ALTER COLUMN words SET STATISTICS 1000;
ALTER TABLE conversations_indexedmessage ADD CONSTRAINT indexed_message_goes
    FOREIGN KEY (message_id) REFERENCES conversations_message (id) ON DELETE CASCADE;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("conversations", "0011_reads_stay")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="IndexedMessage",
            fields=[
                (
                    "message",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="conversations.message",
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="conversations.conversation",
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "traits",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=110), size=None
                    ),
                ),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["created_at", "message"], name="indexed_message_order")
                ],
            },
        ),
        migrations.RunSQL(STORE, migrations.RunSQL.noop),
        migrations.RunSQL(FOLD, "DROP FUNCTION conversations_search_text(text)"),
        migrations.RunSQL(TRAITS, "DROP FUNCTION conversations_search_traits(text, text, jsonb)"),
        migrations.RunSQL(WRITE, STOP_WRITING),
    ]
