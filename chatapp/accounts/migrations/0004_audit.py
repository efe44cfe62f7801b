"""The audit log, to which lines can only be added."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

STAYS = """
    CREATE FUNCTION accounts_auditline_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        -- The person's key goes with the account; the address by_email remains.
        IF TG_OP = 'DELETE' OR NEW.by_id IS NOT NULL
            OR to_jsonb(NEW) - 'by_id' IS DISTINCT FROM to_jsonb(OLD) - 'by_id'
        THEN
            RAISE EXCEPTION 'the audit log is append-only'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON accounts_auditline
        FOR EACH ROW EXECUTE FUNCTION accounts_auditline_stays();
"""
GOES = "DROP TRIGGER audit_stays ON accounts_auditline; DROP FUNCTION accounts_auditline_stays();"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_locale"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("by_email", models.CharField(blank=True, max_length=254)),
                ("action", models.CharField(max_length=60)),
                ("target", models.CharField(max_length=300)),
                ("target_id", models.CharField(blank=True, max_length=40)),
                ("address", models.GenericIPAddressField(null=True)),
                ("why", models.TextField(blank=True)),
                ("detail", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "indexes": [
                    models.Index(fields=["-at", "-id"], name="audit_list"),
                    models.Index(fields=["target_id", "-at"], name="audit_of_target"),
                    models.Index(fields=["by_email", "-at"], name="audit_of_person"),
                ],
            },
        ),
        migrations.RunSQL(STAYS, GOES),
    ]
