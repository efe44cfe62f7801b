"""Nor can the audit log be emptied at a stroke, which no trigger of rows hears of."""

from django.db import migrations

REFUSE = """
    CREATE FUNCTION accounts_auditline_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the audit log is append-only'
            USING ERRCODE = 'integrity_constraint_violation';
    END $$;
    CREATE TRIGGER audit_not_emptied BEFORE TRUNCATE ON accounts_auditline
        FOR EACH STATEMENT EXECUTE FUNCTION accounts_auditline_not_emptied();
"""
ALLOW = """
    DROP TRIGGER audit_not_emptied ON accounts_auditline;
    DROP FUNCTION accounts_auditline_not_emptied();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_audit")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
