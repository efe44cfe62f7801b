import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("conversations", "0011_reads_stay"),
        ("prompts", "0002_versions_stay"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Category",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True)),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Macro",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True)),
                ("text", models.TextField(blank=True)),
                (
                    "status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("open", "Open"),
                            ("waiting", "Waiting for the user"),
                            ("snoozed", "Snoozed"),
                            ("resolved", "Resolved"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "tags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="MaskPattern",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, unique=True)),
                ("expression", models.CharField(max_length=300, verbose_name="Regular expression")),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Rubric",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True)),
                ("meaning", models.CharField(blank=True, max_length=300)),
                (
                    "most",
                    models.PositiveSmallIntegerField(
                        default=5,
                        validators=[
                            django.core.validators.MinValueValidator(2),
                            django.core.validators.MaxValueValidator(10),
                        ],
                        verbose_name="Most points",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Rule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True)),
                ("pattern", models.CharField(max_length=500)),
                (
                    "is_regex",
                    models.BooleanField(default=False, verbose_name="A regular expression"),
                ),
                (
                    "where",
                    models.CharField(
                        choices=[
                            ("user", "What people write"),
                            ("assistant", "What Claude answers"),
                            ("both", "Both"),
                        ],
                        default="both",
                        max_length=9,
                    ),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "Low"), (1, "Normal"), (2, "High"), (3, "Urgent")], default=1
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, unique=True)),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Card",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="Name")),
                (
                    "picture",
                    models.CharField(blank=True, max_length=16, verbose_name="Picture (an emoji)"),
                ),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("is_summary", models.BooleanField(default=False)),
                ("text", models.TextField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="conversations.conversation",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="conversations.message",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "note",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to="review.note",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seen_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "conversation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="conversations.conversation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Room",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "respond_minutes",
                    models.PositiveIntegerField(
                        default=0, verbose_name="First response within (minutes)"
                    ),
                ),
                (
                    "resolve_minutes",
                    models.PositiveIntegerField(
                        default=0, verbose_name="Resolved within (minutes)"
                    ),
                ),
                (
                    "sample_percent",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="Random sample (percent of answers)",
                    ),
                ),
                (
                    "classifier",
                    models.CharField(
                        choices=[
                            ("off", "Off"),
                            ("now", "After each answer"),
                            ("nightly", "At night, by batch, at half the price"),
                        ],
                        default="off",
                        max_length=7,
                    ),
                ),
                (
                    "criterion",
                    models.TextField(
                        blank=True,
                        default="The answer is wrong, unsafe, rude, or does not help with what was asked.",
                        verbose_name="What the classifier looks for",
                    ),
                ),
                (
                    "phone_region",
                    models.CharField(
                        default="US",
                        max_length=2,
                        verbose_name="Country whose phone numbers are masked without a prefix (ISO 3166)",
                    ),
                ),
                (
                    "assigns_in_turn",
                    models.BooleanField(
                        default=False, verbose_name="New items are assigned in turn"
                    ),
                ),
                (
                    "only_assignee_replies",
                    models.BooleanField(
                        default=False, verbose_name="Only the assignee may take over"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="one_room")
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(max_length=500)),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("waiting", "Waiting for the user"),
                            ("snoozed", "Snoozed"),
                            ("resolved", "Resolved"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "Low"), (1, "Normal"), (2, "High"), (3, "Urgent")], default=1
                    ),
                ),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("asked", "Asked for a person"),
                                ("claude", "Claude asked for a person"),
                                ("thumb", "Thumbs down"),
                                ("failed", "An answer failed"),
                                ("refused", "Claude refused"),
                                ("limit", "Cut by a limit"),
                                ("rule", "A rule"),
                                ("classifier", "The classifier"),
                                ("sample", "Random sample"),
                                ("colleague", "A colleague"),
                            ],
                            max_length=10,
                        ),
                        default=list,
                        size=None,
                    ),
                ),
                ("wants_two", models.BooleanField(default=False)),
                ("assigned_at", models.DateTimeField(null=True)),
                ("entered_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("waiting_since", models.DateTimeField(default=django.utils.timezone.now)),
                ("snoozed_until", models.DateTimeField(null=True)),
                ("respond_by", models.DateTimeField(null=True)),
                ("resolve_by", models.DateTimeField(null=True)),
                ("paused_at", models.DateTimeField(null=True)),
                ("warned_at", models.DateTimeField(null=True)),
                ("responded_at", models.DateTimeField(null=True)),
                ("resolved_at", models.DateTimeField(null=True)),
                ("reopened", models.PositiveIntegerField(default=0)),
                (
                    "assignee",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "conversation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="conversations.conversation",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="prompts.version",
                    ),
                ),
                ("tags", models.ManyToManyField(related_name="items", to="review.tag")),
            ],
        ),
        migrations.AddIndex(
            model_name="note",
            index=models.Index(fields=["conversation", "created_at"], name="notes_of_conversation"),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="note_says"
            ),
        ),
        migrations.AddIndex(
            model_name="mention",
            index=models.Index(
                condition=models.Q(("seen_at", None)), fields=["person"], name="mentions_unseen"
            ),
        ),
        migrations.AddConstraint(
            model_name="mention",
            constraint=models.UniqueConstraint(fields=("note", "person"), name="mentioned_once"),
        ),
        migrations.AddConstraint(
            model_name="presence",
            constraint=models.UniqueConstraint(
                fields=("conversation", "person"), name="present_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                fields=("person", "name"), name="view_named_once", nulls_distinct=False
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(fields=["status", "waiting_since", "id"], name="item_queue"),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("status", "resolved"), _negated=True),
                fields=["waiting_since", "id"],
                name="item_unresolved",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("status", "resolved"), _negated=True),
                fields=["assignee", "waiting_since", "id"],
                name="item_of_assignee",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("version__isnull", False)),
                fields=["version", "waiting_since", "id"],
                name="item_of_version",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("status", "snoozed")),
                fields=["snoozed_until"],
                name="item_to_wake",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(
                    ("paused_at", None),
                    ("warned_at", None),
                    models.Q(("status", "resolved"), _negated=True),
                ),
                fields=["respond_by"],
                name="item_to_warn",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=django.contrib.postgres.indexes.GinIndex(fields=["kinds"], name="item_kinds"),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "waiting", "snoozed", "resolved"])),
                name="item_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("resolved_at__isnull", False), ("status", "resolved")),
                    models.Q(
                        models.Q(("status", "resolved"), _negated=True), ("resolved_at", None)
                    ),
                    _connector="OR",
                ),
                name="item_resolved_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("snoozed_until__isnull", False), ("status", "snoozed")),
                    models.Q(
                        models.Q(("status", "snoozed"), _negated=True), ("snoozed_until", None)
                    ),
                    _connector="OR",
                ),
                name="item_snoozed_until",
            ),
        ),
    ]
