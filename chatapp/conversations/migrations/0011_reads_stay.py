"""Records of reading can only be added, and the first groups get their rights."""

from typing import Any

from django.db import migrations

KNOWN = """
    UPDATE conversations_readrecord AS r SET
        owner_id = c.owner_id,
        reader_name = COALESCE((SELECT email FROM accounts_user u WHERE u.id = r.reader_id), '')
    FROM conversations_conversation c WHERE c.id = r.conversation_id;
    -- The keys wait for their check, and a table with checks that wait takes no trigger.
    SET CONSTRAINTS ALL IMMEDIATE;
"""
STAYS = """
    CREATE FUNCTION conversations_readrecord_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        -- Keys go with what they point to; names and times remain.
        IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
            RAISE EXCEPTION 'the record of reading is append-only'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF (NEW.reader_id IS NOT NULL AND NEW.reader_id IS DISTINCT FROM OLD.reader_id)
            OR (NEW.owner_id IS NOT NULL AND NEW.owner_id IS DISTINCT FROM OLD.owner_id)
            OR (NEW.conversation_id IS NOT NULL
                AND NEW.conversation_id IS DISTINCT FROM OLD.conversation_id)
            OR to_jsonb(NEW) - 'reader_id' - 'owner_id' - 'conversation_id'
                IS DISTINCT FROM to_jsonb(OLD) - 'reader_id' - 'owner_id' - 'conversation_id'
        THEN
            RAISE EXCEPTION 'the record of reading is append-only'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER reads_stay BEFORE UPDATE OR DELETE ON conversations_readrecord
        FOR EACH ROW EXECUTE FUNCTION conversations_readrecord_stays();
    CREATE TRIGGER reads_not_emptied BEFORE TRUNCATE ON conversations_readrecord
        FOR EACH STATEMENT EXECUTE FUNCTION conversations_readrecord_stays();
"""
GO = """
    DROP TRIGGER reads_not_emptied ON conversations_readrecord;
    DROP TRIGGER reads_stay ON conversations_readrecord;
    DROP FUNCTION conversations_readrecord_stays();
"""
RIGHTS = {
    "read_flagged": ("Read flagged conversations of others", ("support", "admin")),
    "read_all": ("Read all conversations of others", ("admin",)),
    "take_over": ("Speak in the place of the assistant", ("support", "admin")),
    "uncover": ("See what is masked", ("admin",)),
    "export_others": ("Export conversations of others", ("admin",)),
}


def give_rights(apps: Any, schema_editor: Any) -> None:
    """The rows that Django itself makes only after all migrations."""
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="conversations", model="conversation"
    )
    for codename, (name, groups) in RIGHTS.items():
        right, _ = apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=kind, codename=codename, defaults={"name": name}
        )
        for group in apps.get_model("auth", "Group").objects.filter(name__in=groups):
            group.permissions.add(right)


def take_rights(apps: Any, schema_editor: Any) -> None:
    rights = apps.get_model("auth", "Permission").objects.filter(codename__in=RIGHTS)
    rights.filter(content_type__app_label="conversations").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0010_staff_on_live_tables"),
        ("accounts", "0002_roles"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        migrations.RunSQL(STAYS, GO),
        migrations.RunPython(give_rights, take_rights),
    ]
