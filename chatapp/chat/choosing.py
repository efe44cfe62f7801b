"""What a person may begin a chat with: their prompts, and the models of the chosen one."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from chatapp.accounts.models import User
from chatapp.errors import NotThere
from chatapp.prompts.choose import default_for
from chatapp.prompts.models import PRODUCTION, Label, Prompt, Version


@dataclass(frozen=True)
class Choice:
    """`version` is what the chosen prompt answers with, where one is published."""

    prompts: Sequence[Prompt]
    chosen: Prompt
    version: Version | None

    @property
    def is_open(self) -> bool:
        return len(self.prompts) > 1


def choice(user: User, asked: str = "") -> Choice:
    """Raises NotThere for a prompt that is not meant for the person."""
    default = default_for(user)
    prompts = list(Prompt.objects.offered_to(user).order_by("name"))
    by_id = {str(prompt.pk): prompt for prompt in prompts}
    if asked and asked not in by_id:
        raise NotThere
    chosen = by_id.get(asked, default)
    # Where they begin stands first.
    prompts.sort(key=lambda prompt: prompt.pk != default.pk)
    label = Label.objects.filter(prompt=chosen, name=PRODUCTION).select_related("version").first()
    return Choice(prompts, chosen, label.version if label else None)


def asked_prompt(user: User, given: str) -> Prompt | None:
    """The prompt that a form names; none where it names none. Raises NotThere."""
    if not given:
        return None
    try:
        found = Prompt.objects.offered_to(user).filter(pk=uuid.UUID(given)).first()
    except ValueError:
        found = None
    if found is None:
        raise NotThere
    return found
