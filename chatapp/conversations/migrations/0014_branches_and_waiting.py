"""Where a branch was left, what waits for its turn, and flags that outlive their messages."""

import django.db.models.deletion
import django.utils.timezone
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0013_search_backfill")]
    operations = [
        migrations.AddField("message", "left_leaf", models.UUIDField(editable=False, null=True)),
        migrations.AlterField(
            "flag",
            "message",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="conversations.message",
            ),
        ),
        migrations.CreateModel(
            "QueuedMessage",
            [
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("text", models.TextField(blank=True)),
                (
                    "files",
                    ArrayField(base_field=models.UUIDField(), blank=True, default=list, size=None),
                ),
                ("model", models.CharField(blank=True, max_length=100)),
                ("obstacle", models.CharField(blank=True, max_length=500)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="conversations.conversation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("files", []), ("text", ""), _negated=True),
                        name="queued_message_says_something",
                    )
                ]
            },
        ),
    ]
