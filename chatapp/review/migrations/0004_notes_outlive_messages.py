"""Notes of the staff stay when the message that they are about is deleted."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0014_branches_and_waiting"),
        ("review", "0003_item_counts"),
    ]
    operations = [
        migrations.AlterField(
            "note",
            "message",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="conversations.message",
            ),
        ),
    ]
