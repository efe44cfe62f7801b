"""Indexes of a table that may be large, without keeping anybody waiting."""

from typing import ClassVar

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies: ClassVar = [("conversations", "0017_folders_and_tags")]
    operations: ClassVar = [
        AddIndexConcurrently(
            "conversation",
            models.Index(
                condition=models.Q(folder__isnull=False),
                fields=["folder", "-active_at", "-id"],
                name="conversation_of_folder",
            ),
        ),
        AddIndexConcurrently(
            "conversation",
            models.Index(
                condition=models.Q(expires_at__isnull=False),
                fields=["expires_at"],
                name="conversation_temporary",
            ),
        ),
    ]
