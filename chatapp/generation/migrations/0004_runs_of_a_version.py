"""From a version to every answer that it gave; built while answers are being written."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("generation", "0003_version")]
    operations = [
        AddIndexConcurrently(
            model_name="run",
            index=models.Index(
                fields=["version", "-created_at"],
                name="run_of_version",
                condition=models.Q(version__isnull=False),
            ),
        ),
    ]
