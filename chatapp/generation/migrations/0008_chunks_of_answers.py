"""The stream log also keeps sources, the time of thinking, and what of it is hidden.

The table holds live answers alone, so the check is made in a moment.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0007_chunks_of_tools"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="chunk",
            name="chunk_kind",
        ),
        migrations.AddConstraint(
            model_name="chunk",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ("text", "thinking", "tool", "thought", "cite", "redacted"))
                ),
                name="chunk_kind",
            ),
        ),
    ]
