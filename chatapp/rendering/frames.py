"""Our own markup around sanitised output: code blocks with a header, scrolling tables, tasks.

It is put on after the sanitiser, by exact structures that only the sanitiser's own serialisation
can contain; hence no text can bring it along, however it is spelled.
"""

import re
from html import unescape
from typing import Final

from chatapp.rendering.fences import language_name
from chatapp.rendering.highlight import highlight
from chatapp.rendering.sanitize import escape

_CODE_BLOCK: Final = re.compile(
    r'<pre><code(?: class="language-([^"]*)")?>(.*?)</code></pre>', re.DOTALL
)
_TASK: Final = re.compile("<li>(\n<p>)?([\u2610\u2611] )")
_TABLE_START: Final = (
    '<div class="table-scroll" tabindex="0" role="region" aria-label="Table"><table>'
)


def code_block(language: str, code: str, *, highlighted: bool) -> str:
    """A whole code block; one that is still being written is shown plain, in the same frame."""
    if highlighted and language.lower() == "math":
        return f'<p><span data-math-style="display">{escape(code)}</span></p>\n'
    inner = highlight(language, code) if highlighted else escape(code)
    # A code block can scroll sideways, and what scrolls must be reachable by keyboard.
    return (
        '<div class="code-block"><div class="code-header">'
        f'<span class="code-language">{escape(language or "text")}</span></div>'
        f'<pre tabindex="0"><code>{inner}</code></pre></div>\n'
    )


def put_frames(html: str, *, highlighted: bool) -> str:
    """Sanitised `html` with its code blocks and tables framed."""
    if "<pre>" in html:
        html = _CODE_BLOCK.sub(lambda match: _framed_code(match, highlighted), html)
    if "<li>" in html:
        html = _TASK.sub(r'<li class="task">\1\2', html)
    return html.replace("<table>", _TABLE_START).replace("</table>", "</table></div>")


def _framed_code(match: re.Match[str], highlighted: bool) -> str:
    language = language_name(unescape(match[1] or ""))
    return code_block(language, unescape(match[2]), highlighted=highlighted).rstrip("\n")
