"""The stream log also keeps what tools were called with and what they said.

The table holds live answers alone, so the check is made in a moment.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generation", "0006_stopped_by")]
    operations = [
        migrations.RemoveConstraint(model_name="chunk", name="chunk_kind"),
        migrations.AddConstraint(
            model_name="chunk",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=["text", "thinking", "tool"]), name="chunk_kind"
            ),
        ),
    ]
