"""An answer while it is written: finished segments frozen, the open one rendered at need."""

from django.utils.safestring import SafeString, mark_safe

from chatapp.rendering.markdown import render_segment
from chatapp.rendering.sanitize import escape
from chatapp.rendering.segments import Segment, Splitter


class OpenAnswer:
    """One growing text as HTML: `frozen` only gets longer, `tail()` is replaced at each look.

    Once closed, the frozen pieces joined are `render(text)`, whatever pieces the text came in.
    """

    def __init__(self) -> None:
        self.frozen: list[SafeString] = []
        self._splitter = Splitter()
        self._tail: SafeString | None = SafeString()

    def feed(self, text: str) -> None:
        """Take more of the answer; segments that it closes are rendered now, once and for all."""
        self._freeze(self._splitter.push(text))
        self._tail = None

    def close(self) -> None:
        """The answer has ended: freeze what is open."""
        self._freeze(self._splitter.finish())
        self._tail = SafeString()

    def tail(self) -> SafeString:
        """The open segment as it looks so far, without colours; the same object until fed again."""
        if self._tail is None:
            self._tail = render_segment(self._splitter.open_segment(), finished=False)
        return self._tail

    @property
    def open_code(self) -> bool:
        """Whether the tail is a fenced code block that is still open.

        As long as it is, and `frozen` did not grow, the tail changes only by text added at the
        end of its last `<code>`: `code_text_after` gives that text.
        """
        return self._splitter.fence is not None

    @property
    def tail_source_length(self) -> int:
        """Characters of source in the tail; while `open_code`, of the code that the tail shows."""
        return self._splitter.open_length

    @property
    def tail_cost(self) -> int:
        """Characters that the next `tail()` has to render: 0 if it is at hand.

        About 0.2 ms per 1000; a consumer of a huge tail should look less often.
        """
        return 0 if self._tail is not None else self._splitter.open_length

    def code_text_after(self, start: int) -> SafeString:
        """The open fence's code from character `start` on, escaped; "" if no fence is open."""
        return mark_safe(escape(self._splitter.open_code(start)))

    def _freeze(self, segments: list[Segment]) -> None:
        self.frozen.extend(render_segment(segment) for segment in segments)
