from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("usage", "0006_review")]
    operations = [ValidateConstraint(model_name="call", name="call_purposes")]
