"""Calls in message batches, and requests that hold a person's words without a conversation."""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The index is built while calls are written.
    atomic = False
    dependencies = [
        ("usage", "0003_purposes_checked"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            model_name="call",
            name="is_batch",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="sentrequest",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        AddIndexConcurrently(
            model_name="sentrequest",
            index=models.Index(
                condition=models.Q(("person__isnull", False)),
                fields=["person"],
                name="request_of_person",
            ),
        ),
    ]
