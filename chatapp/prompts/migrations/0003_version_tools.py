"""Which tools a version's answers may use; no version had any.

The trigger of migration 0002 compares whole rows, so it keeps this column, too.
"""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("prompts", "0002_versions_stay")]
    operations = [
        migrations.AddField(
            model_name="version",
            name="tools",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64),
                blank=True,
                # In the database, too: code of before this migration writes versions without it.
                db_default=[],
                default=list,
                size=None,
            ),
        )
    ]
