"""Bind old conversations to versions that say what their own text said.

Those with the text of the settings follow the default prompt; any other text becomes a
version of it that the conversation keeps. In batches, each a transaction of its own.
"""

from typing import Any

from django.conf import settings
from django.db import migrations

BATCH = 1_000
PRODUCTION = "production"


def bind(apps: Any, schema_editor: Any) -> None:
    conversations = apps.get_model("conversations", "Conversation").objects
    texts = conversations.filter(prompt=None).values_list("system_prompt", flat=True).distinct()
    for text in list(texts.order_by("system_prompt")):
        prompt, version = _prompt_of(apps), _version_of(apps, text)
        kept = None if text == settings.DEFAULT_SYSTEM_PROMPT else version
        of_text = conversations.filter(prompt=None, system_prompt=text)
        while ids := list(of_text.values_list("pk", flat=True)[:BATCH]):
            conversations.filter(pk__in=ids).update(prompt=prompt, version=kept)


def _prompt_of(apps: Any) -> Any:
    prompts = apps.get_model("prompts", "Prompt").objects
    prompt, is_new = prompts.get_or_create(
        is_default=True,
        defaults={
            "name": "Assistant",
            "description": "Answers questions of any kind.",
            "is_for_everyone": True,
        },
    )
    if is_new:
        version = _version_of(apps, settings.DEFAULT_SYSTEM_PROMPT)
        named = {"prompt": prompt, "version": version}
        apps.get_model("prompts", "Label").objects.create(name=PRODUCTION, **named)
        apps.get_model("prompts", "Publication").objects.create(
            label=PRODUCTION, kind="published", note="The first one.", **named
        )
    return prompt


def _version_of(apps: Any, text: str) -> Any:
    versions = apps.get_model("prompts", "Version").objects
    of_prompt = versions.filter(prompt__is_default=True)
    if found := of_prompt.filter(body=text).first():
        return found
    prompt = apps.get_model("prompts", "Prompt").objects.get(is_default=True)
    return versions.create(
        prompt=prompt, number=of_prompt.count() + 1, body=text, note="Taken over from chats."
    )


def unbind(apps: Any, schema_editor: Any) -> None:
    conversations = apps.get_model("conversations", "Conversation").objects
    for version in apps.get_model("prompts", "Version").objects.all():
        bound = conversations.filter(version=version)
        _give_back(conversations, bound, version.body)
    following = conversations.filter(version=None, prompt__isnull=False)
    _give_back(conversations, following, settings.DEFAULT_SYSTEM_PROMPT)


def _give_back(conversations: Any, chosen: Any, text: str) -> None:
    ids = list(chosen.values_list("pk", flat=True))
    for at in range(0, len(ids), BATCH):
        conversations.filter(pk__in=ids[at : at + BATCH]).update(
            system_prompt=text, prompt=None, version=None
        )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("conversations", "0005_prompt")]
    operations = [migrations.RunPython(bind, unbind)]
