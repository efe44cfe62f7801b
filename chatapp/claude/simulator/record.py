"""What the simulator was asked, and what it wrote, for tests to compare."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True)
class Record:
    """One request. `text` is what was planned, `written` what went out before any fault.

    `status` is the HTTP status; `aborted` says that the client left before the end;
    `finished` that the simulator has nothing more to write.
    """

    path: str
    body: dict[str, Any]
    message_id: str = ""
    request_id: str = ""
    status: int = 200
    text: str = ""
    aborted: bool = False
    finished: bool = False
    deltas: int = 0
    pieces: list[str] = field(default_factory=list, repr=False)

    @property
    def written(self) -> str:
        """The text of all text deltas that were written."""
        return "".join(self.pieces)

    def as_dict(self) -> dict[str, Any]:
        """For JSON, with `written` in place of its pieces."""
        facts = asdict(self)
        del facts["pieces"]
        return {**facts, "written": self.written}
