from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_roles")]
    operations = [
        migrations.AddField(
            model_name="user",
            name="locale",
            field=models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
    ]
