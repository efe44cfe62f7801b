"""Text to safe HTML: the one way in which model or user text reaches a page.

Owns Markdown, sanitising, code highlighting and the freezing of finished blocks while an
answer grows. May use `django.utils.safestring` and nothing else of Django or of ours.
Begin with `markdown.py` (what one text becomes), then `segments.py` (where a text may be cut)
and `stream.py` (how an answer is shown while it is written).
"""

from chatapp.rendering.markdown import render, render_segment
from chatapp.rendering.plain import render_plain
from chatapp.rendering.segments import Segment, split
from chatapp.rendering.stream import OpenAnswer

__all__ = ["OpenAnswer", "Segment", "render", "render_plain", "render_segment", "split"]
