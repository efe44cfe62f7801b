"""What has been answered stays as it was: notes and stored requests rely on it.

The place of a message in its tree never changes; what it says not once it has a child.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("conversations", "0002_tree")]
    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION conversations_message_stays() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NEW.role IS DISTINCT FROM OLD.role
                    OR NEW.parent_id IS DISTINCT FROM OLD.parent_id
                    OR NEW.conversation_id IS DISTINCT FROM OLD.conversation_id
                    OR EXISTS (SELECT FROM conversations_message WHERE parent_id = OLD.id)
                THEN
                    RAISE EXCEPTION 'message % has its place and its words for good', OLD.id
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER message_stays
                BEFORE UPDATE OF role, parent_id, conversation_id, content, seams, text, stop_reason
                ON conversations_message FOR EACH ROW
                WHEN (
                    (OLD.role, OLD.parent_id, OLD.conversation_id, OLD.content, OLD.seams, OLD.text,
                        OLD.stop_reason)
                    IS DISTINCT FROM
                    (NEW.role, NEW.parent_id, NEW.conversation_id, NEW.content, NEW.seams, NEW.text,
                        NEW.stop_reason)
                )
                EXECUTE FUNCTION conversations_message_stays();
            """,
            """
            DROP TRIGGER message_stays ON conversations_message;
            DROP FUNCTION conversations_message_stays();
            """,
        ),
    ]
