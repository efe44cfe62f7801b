"""What the support room needs: flags, marks, takeovers, and who read what and why."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0008_feedback"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Flag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
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
                ),
                ("detail", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("taken_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="HelpRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "end",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("taken", "A person came"),
                            ("withdrawn", "Taken back"),
                            ("closed", "Closed by the staff"),
                        ],
                        max_length=9,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "verdict",
                    models.CharField(choices=[("good", "Good"), ("bad", "Bad")], max_length=4),
                ),
                (
                    "categories",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("scores", models.JSONField(default=dict)),
                ("corrected", models.TextField(blank=True)),
                ("comment", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Takeover",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("picture", models.CharField(blank=True, max_length=16)),
                ("why", models.TextField(blank=True)),
                ("began_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("seen_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
                ("told", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="Unchecked",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
        ),
        migrations.AlterModelOptions(
            name="conversation",
            options={
                "permissions": [
                    ("read_flagged", "Read flagged conversations of others"),
                    ("read_all", "Read all conversations of others"),
                    ("take_over", "Speak in the place of the assistant"),
                    ("uncover", "See what is masked"),
                    ("export_others", "Export conversations of others"),
                ]
            },
        ),
        migrations.RemoveConstraint(
            model_name="message",
            name="message_role",
        ),
        migrations.AddField(
            model_name="readrecord",
            name="owner",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="readrecord",
            name="reader_name",
            field=models.CharField(blank=True, db_default="", max_length=254),
        ),
        migrations.AddField(
            model_name="readrecord",
            name="why",
            field=models.CharField(blank=True, db_default="", max_length=500),
        ),
        migrations.AlterField(
            model_name="message",
            name="role",
            field=models.CharField(
                choices=[("user", "User"), ("assistant", "Assistant"), ("person", "Person")],
                max_length=9,
            ),
        ),
        migrations.AddField(
            model_name="flag",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="flag",
            name="conversation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="conversations.conversation",
            ),
        ),
        migrations.AddField(
            model_name="flag",
            name="message",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="conversations.message",
            ),
        ),
        migrations.AddField(
            model_name="helprequest",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="helprequest",
            name="conversation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="conversations.conversation",
            ),
        ),
        migrations.AddField(
            model_name="mark",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="mark",
            name="message",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="conversations.message",
            ),
        ),
        migrations.AddField(
            model_name="takeover",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="takeover",
            name="conversation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="conversations.conversation",
            ),
        ),
        migrations.AddField(
            model_name="takeover",
            name="ended_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="takeover",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="conversations.takeover",
            ),
        ),
        AddConstraintNotValid(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("role__in", ["user", "assistant"]), ("takeover", None)),
                    models.Q(("role", "person"), ("takeover__isnull", False)),
                    _connector="OR",
                ),
                name="message_author",
            ),
        ),
        migrations.AddField(
            model_name="unchecked",
            name="message",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="conversations.message",
            ),
        ),
        migrations.AddIndex(
            model_name="flag",
            index=models.Index(fields=["conversation", "-at"], name="flags_of_conversation"),
        ),
        migrations.AddIndex(
            model_name="flag",
            index=models.Index(
                condition=models.Q(("taken_at", None)), fields=["id"], name="flags_to_take"
            ),
        ),
        migrations.AddConstraint(
            model_name="flag",
            constraint=models.UniqueConstraint(
                fields=("message", "kind", "detail"), name="flag_said_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="flag",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "asked",
                            "claude",
                            "thumb",
                            "failed",
                            "refused",
                            "limit",
                            "rule",
                            "classifier",
                            "sample",
                            "colleague",
                        ],
                    )
                ),
                name="flag_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="helprequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("conversation",),
                name="one_open_help_request",
            ),
        ),
        migrations.AddConstraint(
            model_name="helprequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end", ""), ("ended_at", None)),
                    models.Q(
                        ("end__in", ["taken", "withdrawn", "closed"]), ("ended_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="help_request_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="mark",
            constraint=models.UniqueConstraint(
                fields=("message", "by"), name="one_mark_a_reviewer"
            ),
        ),
        migrations.AddConstraint(
            model_name="mark",
            constraint=models.CheckConstraint(
                condition=models.Q(("verdict__in", ["good", "bad"])), name="mark_verdict"
            ),
        ),
        migrations.AddIndex(
            model_name="takeover",
            index=models.Index(
                condition=models.Q(("ended_at", None)), fields=["seen_at"], name="takeover_running"
            ),
        ),
        migrations.AddConstraint(
            model_name="takeover",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("conversation",),
                name="one_running_takeover",
            ),
        ),
    ]
