"""Which prompt a person begins with, and which version answers in a conversation."""

import hashlib
import uuid

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from chatapp.accounts.models import User
from chatapp.errors import NotThere
from chatapp.prompts.models import PRODUCTION, Label, Prompt, Publication, Rollout, Version
from chatapp.prompts.servertools import SERVER_TOOLS


def default_for(user: User) -> Prompt:
    """Where the person's chats begin: the default of one of their groups, or everyone's."""
    offered = Prompt.objects.offered_to(user)
    of_group = offered.filter(audiences__is_default=True, audiences__group__in=user.groups.all())
    return of_group.order_by("name").first() or _everyones()


def version_for(prompt_id: uuid.UUID, conversation_id: uuid.UUID) -> Version:
    """The version that answers next in that conversation; one query. Raises NotThere."""
    label = (
        Label.objects.select_related("version", "rollout__version")
        .filter(prompt=prompt_id, name=PRODUCTION)
        .first()
    )
    if label is None:
        raise NotThere(gettext("This assistant is not published any more. Begin a new chat."))
    rollout = label.rollout
    if rollout and is_in(rollout, conversation_id):
        return rollout.version
    return label.version


def is_in(rollout: Rollout, conversation_id: uuid.UUID) -> bool:
    """Whether the conversation gets the new version: the same answer each time.

    More percent only add conversations, they never take one out.
    """
    # By the rollout too: else the same people would try everything first.
    digest = hashlib.sha256(f"{rollout.pk}:{conversation_id}".encode()).digest()
    return int.from_bytes(digest[:8]) % 100 < rollout.percent


def _everyones() -> Prompt:
    """The default of the installation, made of the settings where nobody has chosen one."""
    if found := Prompt.objects.filter(is_default=True).first():
        return found
    try:
        return _first_prompt()
    except IntegrityError:
        # Two people came at once; the other one's is as good.
        return Prompt.objects.get(is_default=True)


@transaction.atomic
def _first_prompt() -> Prompt:
    prompt = Prompt.objects.create(
        name="Assistant",
        description="Answers questions of any kind.",
        is_for_everyone=True,
        is_default=True,
    )
    version = Version.objects.create(
        prompt=prompt,
        number=1,
        body=settings.DEFAULT_SYSTEM_PROMPT,
        # Allowed, and off until somebody turns them on in a chat.
        tools=list(SERVER_TOOLS),
        note="The first one.",
    )
    Label.objects.create(prompt=prompt, name=PRODUCTION, version=version)
    Publication.objects.create(
        prompt=prompt, label=PRODUCTION, version=version, kind="published", note="The first one."
    )
    return prompt
