"""An index for the counts of the queue, made while the room is worked in."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("review", "0002_classifier_batches")]

    operations = [
        AddIndexConcurrently(
            model_name="item",
            index=models.Index(
                condition=models.Q(("status", "resolved"), _negated=True),
                fields=["status", "assignee"],
                name="item_counts",
            ),
        ),
    ]
