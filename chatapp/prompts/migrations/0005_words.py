"""What choices are called; nothing changes in the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("prompts", "0004_web_rules"),
    ]

    operations = [
        migrations.AlterField(
            model_name="publication",
            name="kind",
            field=models.CharField(
                choices=[
                    ("published", "published"),
                    ("rolled back", "rolled back"),
                    ("rolled out", "published after a rollout"),
                ],
                max_length=11,
            ),
        ),
        migrations.AlterField(
            model_name="version",
            name="effort",
            field=models.CharField(
                blank=True,
                choices=[
                    ("low", "Low"),
                    ("medium", "Medium"),
                    ("high", "High"),
                    ("xhigh", "Very high"),
                    ("max", "Max"),
                ],
                max_length=6,
            ),
        ),
    ]
