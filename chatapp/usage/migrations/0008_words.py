"""What purposes are called; nothing changes in the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("usage", "0007_purposes_checked_again"),
    ]

    operations = [
        migrations.AlterField(
            model_name="call",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("answer", "answer"),
                    ("summary", "summary"),
                    ("title", "title"),
                    ("trial", "trial"),
                    ("replay", "replay"),
                    ("judge", "judge"),
                    ("review", "review"),
                ],
                max_length=7,
            ),
        ),
    ]
