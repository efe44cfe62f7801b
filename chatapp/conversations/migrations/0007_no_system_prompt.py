"""What a conversation is told stands in the versions of its prompt."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("conversations", "0006_bind_to_prompts")]
    operations = [migrations.RemoveField(model_name="conversation", name="system_prompt")]
