"""From a call to its run, which is asked for when calls are deleted by age."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("generation", "0004_runs_of_a_version")]
    operations = [
        AddIndexConcurrently(
            model_name="run",
            index=models.Index(
                fields=["call"], name="run_of_call", condition=models.Q(call__isnull=False)
            ),
        ),
    ]
