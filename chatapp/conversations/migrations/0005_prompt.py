"""A conversation is bound to a prompt, and may be to one version of it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0004_memory"), ("prompts", "0001_prompts")]
    operations = [
        migrations.AddField(
            model_name="conversation",
            name="is_trial",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="conversation",
            name="prompt",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="prompts.prompt",
            ),
        ),
        migrations.AddField(
            model_name="conversation",
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
