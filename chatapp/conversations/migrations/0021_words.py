"""What choices are called; nothing changes in the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0020_shares_and_transfers"),
    ]

    operations = [
        migrations.AlterField(
            model_name="conversation",
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
                db_default="",
                default="",
                max_length=6,
            ),
        ),
    ]
