"""What a person settles of a chat: said when it begins, and changed while it goes on."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chatapp.prompts.models import Prompt


@dataclass(frozen=True)
class Wishes:
    """The defaults are what who says nothing gets.

    `prompt` None: the person's default. `effort` empty and `thinks` None: as the model is
    used to. `web` names the server tools that are on; only what the version allows is ever
    used. The person's instructions go along where it `is_instructed`.
    """

    prompt: Prompt | None = None
    effort: str = ""
    thinks: bool | None = None
    web: Sequence[str] = ()
    folder_id: uuid.UUID | None = None
    is_temporary: bool = False
    is_instructed: bool = True


NO_WISHES: Final = Wishes()
