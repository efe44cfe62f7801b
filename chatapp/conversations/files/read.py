"""What the reading process tells of a file."""

import json
from dataclasses import asdict, dataclass, field
from typing import Literal, Self

Kind = Literal["image", "pdf", "text"]


@dataclass(frozen=True)
class Read:
    """`media_type` is of what Claude is given; `letters` are the bytes of its text.

    Of a PDF the letters are an estimate. `notes` are keys of `refusals.NOTES`: what the
    person should know of how Claude gets the file.
    """

    kind: Kind
    format: str
    media_type: str
    width: int = 0
    height: int = 0
    pages: int = 0
    letters: int = 0
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        return cls(**json.loads(text))
