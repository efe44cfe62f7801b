"""How often, and where, a version lets Claude search the web."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("prompts", "0003_version_tools"),
    ]

    operations = [
        migrations.AddField(
            model_name="version",
            name="web",
            field=models.JSONField(blank=True, db_default={}, default=dict),
        ),
    ]
