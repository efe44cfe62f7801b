"""Each run knows the version of the prompt by which it answers."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generation", "0002_call"), ("prompts", "0001_prompts")]
    operations = [
        migrations.AddField(
            model_name="run",
            name="version",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="prompts.version",
            ),
        ),
    ]
