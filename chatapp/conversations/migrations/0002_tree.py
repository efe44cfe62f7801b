"""What Django's constraints cannot say: a tree stays inside its conversation."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("conversations", "0001_initial")]
    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE conversations_message
                ADD CONSTRAINT message_parent_in_conversation
                FOREIGN KEY (conversation_id, parent_id)
                REFERENCES conversations_message (conversation_id, id)
                DEFERRABLE INITIALLY DEFERRED,
                ADD CONSTRAINT message_content_is_a_list
                CHECK (jsonb_typeof(content) = 'array');
            """,
            """
            ALTER TABLE conversations_message
                DROP CONSTRAINT message_content_is_a_list,
                DROP CONSTRAINT message_parent_in_conversation;
            """,
        ),
        migrations.RunSQL(
            """
            ALTER TABLE conversations_conversation
                ADD CONSTRAINT leaf_in_conversation
                FOREIGN KEY (id, current_leaf_id)
                REFERENCES conversations_message (conversation_id, id)
                DEFERRABLE INITIALLY DEFERRED;
            """,
            "ALTER TABLE conversations_conversation DROP CONSTRAINT leaf_in_conversation;",
        ),
    ]
