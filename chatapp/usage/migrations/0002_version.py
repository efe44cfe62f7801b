"""Calls know the prompt version, and there are those of the admins' room."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("prompts", "0001_prompts"), ("usage", "0001_ledger")]
    operations = [
        migrations.AddField(
            model_name="call",
            name="version",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="prompts.version",
            ),
        ),
        migrations.AlterField(
            model_name="call",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("answer", "Answer"),
                    ("summary", "Summary"),
                    ("title", "Title"),
                    ("trial", "playground"),
                    ("replay", "Replay"),
                    ("judge", "judging"),
                ],
                max_length=7,
            ),
        ),
        # The ledger is long: the wider rule is checked behind the lock, not under it.
        migrations.RemoveConstraint(model_name="call", name="call_purpose"),
        AddConstraintNotValid(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    purpose__in=["answer", "summary", "title", "trial", "replay", "judge"]
                ),
                name="call_purpose",
            ),
        ),
    ]
