"""A version says for good what it says, and what was published stays on record.

Taken back from a version can only its use (`retired_at`); from both the name of a
person whose account is gone.
"""

from django.db import migrations

REFUSE = """
    CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR {changed} THEN
            RAISE EXCEPTION '% % stays as it is', TG_TABLE_NAME, OLD.id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER {trigger} BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION {name}();
"""
DROP = "DROP TRIGGER {trigger} ON {table}; DROP FUNCTION {name}();"
RULES = [
    {
        "table": "prompts_version",
        "trigger": "version_stays",
        "name": "prompts_version_stays",
        "changed": (
            "to_jsonb(NEW) - '{retired_at,author_id}'::text[] "
            "IS DISTINCT FROM to_jsonb(OLD) - '{retired_at,author_id}'::text[] "
            "OR NEW.author_id IS DISTINCT FROM OLD.author_id AND NEW.author_id IS NOT NULL"
        ),
    },
    {
        "table": "prompts_publication",
        "trigger": "publication_stays",
        "name": "prompts_publication_stays",
        "changed": (
            "to_jsonb(NEW) - 'by_id' IS DISTINCT FROM to_jsonb(OLD) - 'by_id' "
            "OR NEW.by_id IS DISTINCT FROM OLD.by_id AND NEW.by_id IS NOT NULL"
        ),
    },
]


class Migration(migrations.Migration):
    dependencies = [("prompts", "0001_prompts")]
    operations = [migrations.RunSQL(REFUSE.format(**rule), DROP.format(**rule)) for rule in RULES]
