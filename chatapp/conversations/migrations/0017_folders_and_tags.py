"""Folders, tags, instructions, a library; and what a conversation says of them.

The new columns have defaults of the database: the old code goes on writing meanwhile.
"""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Lower


def of_owner() -> "models.Field[Any, Any]":
    return models.ForeignKey(
        db_index=False, on_delete=models.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
    )


def key() -> "models.Field[Any, Any]":
    return models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("conversations", "0016_wishes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Instructions",
            fields=[
                (
                    "owner",
                    models.OneToOneField(
                        on_delete=models.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("about", models.TextField(blank=True, max_length=3000)),
                ("manner", models.TextField(blank=True, max_length=3000)),
                ("is_on", models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name="Folder",
            fields=[
                ("id", key()),
                ("name", models.CharField(max_length=80)),
                ("instructions", models.TextField(blank=True, max_length=3000)),
                ("owner", of_owner()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("owner"), Lower("name"), name="folder_name_of_owner"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedText",
            fields=[
                ("id", key()),
                ("name", models.CharField(max_length=60)),
                ("body", models.TextField(max_length=10000)),
                ("owner", of_owner()),
            ],
            options={
                "ordering": [Lower("name")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("owner"), Lower("name"), name="saved_text_name_of_owner"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnTag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("owner", of_owner()),
            ],
            options={
                "ordering": [Lower("name")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("owner"), Lower("name"), name="tag_name_of_owner"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Tagging",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=models.CASCADE,
                        related_name="+",
                        to="conversations.conversation",
                    ),
                ),
                (
                    "tag",
                    models.ForeignKey(
                        on_delete=models.CASCADE, related_name="+", to="conversations.owntag"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["conversation", "tag"], name="one_tagging")
                ],
            },
        ),
        migrations.AddField(
            "conversation",
            "folder",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=models.SET_NULL,
                related_name="+",
                to="conversations.folder",
            ),
        ),
        migrations.AddField(
            "conversation", "is_instructed", models.BooleanField(db_default=True, default=True)
        ),
        migrations.AddField(
            "conversation", "expires_at", models.DateTimeField(blank=True, null=True)
        ),
    ]
