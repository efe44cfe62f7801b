import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0007_no_system_prompt"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Feedback",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[("up", "Good answer"), ("down", "Bad answer")], max_length=4
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("correct", "Correct"),
                            ("helpful", "Helpful"),
                            ("well written", "Well written"),
                            ("wrong", "Wrong"),
                            ("not helpful", "Not helpful"),
                            ("disobeyed", "Did not follow instructions"),
                            ("too long", "Too long"),
                            ("too short", "Too short"),
                            ("harmful", "Harmful"),
                            ("other", "Something else"),
                        ],
                        max_length=12,
                    ),
                ),
                ("comment", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "message",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="conversations.message",
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
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("message", "person"), name="one_thumb_a_person"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", ["up", "down"])), name="feedback_verdict"
                    ),
                ],
            },
        ),
    ]
