"""Indexes and a check of tables that may be large, without keeping anybody waiting."""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("conversations", "0009_staff")]
    operations = [
        ValidateConstraint("message", "message_author"),
        AddIndexConcurrently(
            "message",
            models.Index(
                fields=["takeover"],
                name="message_of_takeover",
                condition=models.Q(takeover__isnull=False),
            ),
        ),
        AddIndexConcurrently(
            "readrecord", models.Index(fields=["owner", "-at"], name="reads_of_owner")
        ),
        AddIndexConcurrently(
            "readrecord",
            models.Index(fields=["reader", "conversation", "-at"], name="reads_of_reader"),
        ),
        AddIndexConcurrently("readrecord", models.Index(fields=["-at", "-id"], name="reads_list")),
    ]
