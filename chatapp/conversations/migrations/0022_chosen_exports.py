"""Exports of some conversations."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0021_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="transfer",
            name="chosen",
            field=models.JSONField(default=list),
        ),
        migrations.AlterField(
            model_name="transfer",
            name="kind",
            field=models.CharField(
                choices=[
                    ("pdf", "Pdf"),
                    ("chosen", "Chosen"),
                    ("everything", "Everything"),
                    ("import", "Import"),
                ],
                max_length=10,
            ),
        ),
        # Transfers are few and short-lived, so checking them all takes no time.
        migrations.RemoveConstraint(model_name="transfer", name="transfer_kind"),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=["pdf", "chosen", "everything", "import"]),
                name="transfer_kind",
            ),
        ),
    ]
