"""What a person settles of a chat, and how long Claude thought.

New columns with constants for defaults: no table is written anew.
"""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0015_index_of_roots"),
    ]

    operations = [
        migrations.AddField(
            model_name="conversation",
            name="effort",
            field=models.CharField(
                blank=True,
                choices=[
                    ("low", "Low"),
                    ("medium", "Medium"),
                    ("high", "High"),
                    ("xhigh", "very high"),
                    ("max", "Max"),
                ],
                db_default="",
                default="",
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="conversation",
            name="thinks",
            field=models.BooleanField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="conversation",
            name="web",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20),
                blank=True,
                db_default=[],
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="thinking_ms",
            field=models.JSONField(blank=True, db_default={}, default=dict),
        ),
    ]
