"""What a person settles of a chat: said when it begins, and changed while it goes on."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Wishes:
    """Fields of the conversation that the person chooses, by their names.

    `effort` empty and `thinks` None: as the model is used to. `web` names the server
    tools that are on; only what the version allows is ever used.
    """

    effort: str = ""
    thinks: bool | None = None
    web: Sequence[str] = ()
