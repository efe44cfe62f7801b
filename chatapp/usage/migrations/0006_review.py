"""One purpose more. The check of old rows follows by itself, in 0007, without a long lock."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

PURPOSES = ["answer", "summary", "title", "trial", "replay", "judge", "review"]


class Migration(migrations.Migration):
    dependencies = [("usage", "0005_model_offers")]
    operations = [
        migrations.RemoveConstraint(model_name="call", name="call_purpose"),
        migrations.AlterField(
            model_name="call",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("answer", "Answer"),
                    ("summary", "Summary"),
                    ("title", "Title"),
                    ("trial", "playground"),
                    ("replay", "Replay"),
                    ("judge", "judging"),
                    ("review", "support"),
                ],
                max_length=7,
            ),
        ),
        AddConstraintNotValid(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=Q(purpose__in=PURPOSES), name="call_purposes"
            ),
        ),
    ]
