"""The versions of a first message, without reading all of its conversation."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("conversations", "0014_branches_and_waiting")]
    operations = [
        AddIndexConcurrently(
            "message",
            models.Index(
                fields=["conversation"],
                name="message_roots",
                condition=models.Q(parent__isnull=True),
            ),
        ),
    ]
