"""Markdown to safe HTML, one segment at a time: comrak, links tamed, sanitiser, frames.

The order is the safety: what comes from the text is sanitised last, and only our own markup is
added after that. Raw HTML is text here: an invisible mark (taken out again) keeps the parser from
seeing an HTML block, and inline HTML comes out escaped.
"""

import re
from typing import Final

import comrak
from django.utils.safestring import SafeString, mark_safe

from chatapp.rendering.frames import code_block, put_frames
from chatapp.rendering.links import tame_links
from chatapp.rendering.notes import mark_notes, put_notes
from chatapp.rendering.plain import plain_html
from chatapp.rendering.sanitize import MARK, clean_markup
from chatapp.rendering.segments import Segment, split

# Deeper nesting is nothing a reader can follow, and costs parsers time squared.
MAX_DEPTH: Final = 60
# A table of so many columns likewise.
MAX_PIPES: Final = 400

_HTML_AT_START: Final = re.compile(r"^([ \t>*+\-\d.)]*)<", re.MULTILINE)
_NESTING: Final = re.compile(r"<(/?)(?:blockquote|ul|ol|em|strong|del)\b")
_CHECKBOX: Final = re.compile(r'<input type="checkbox"( checked="")? disabled="" />')
# A formula of several lines, of which one may look to the parser like an item; none of them may be
# a line after which the text is cut.
_FORMULA: Final = re.compile(
    r"^( {0,3}(?:\$\$|\\\[))[ \t]*\n"
    r"((?:(?![ \t]*(?:\$\$|\\\]|#|```|~~~|[-=*_ \t]*\n))[^\n%]+\n){1,80})"
    r"[ \t]*(\$\$|\\\])[ \t]*$",
    re.MULTILINE,
)
_FORMULA_SO_FAR: Final = re.compile(
    r"^ {0,3}(?:\$\$|\\\[)(?:(?!\$\$|\\\]|\n[ \t]*\n)[\s\S])*(\$\$|\\\])?", re.MULTILINE
)


def _extensions() -> comrak.ExtensionOptions:
    options = comrak.ExtensionOptions()
    options.autolink = options.table = options.strikethrough = options.tasklist = True
    options.math_dollars = options.math_latex = True
    return options


def _output() -> comrak.RenderOptions:
    options = comrak.RenderOptions()
    options.escape = True
    return options


_EXTENSIONS: Final = _extensions()
_PARSING: Final = comrak.ParseOptions()
_OUTPUT: Final = _output()


def render(text: str) -> SafeString:
    r"""`text`, read as Markdown, as HTML that is safe in any page; never raises.

    It is the concatenation of `render_segment` over `split(text)`, so that an answer shown while
    it was written (`OpenAnswer`) ends as exactly this. CommonMark with GFM's tables,
    strikethrough, autolinks and task lists, footnotes (`notes.py`), and formulas between `$`, `$$`,
    `\(` or `\[` as spans with their TeX, which the page draws (`static/js/math.js`); save that

    - raw HTML is shown as the text it is, and images as links that name their host;
    - reference links and their definitions are shown as written: a definition may follow its use
      by any distance, which what is already on the page could not take back;
    - what is nested deeper than `MAX_DEPTH`, or is a table of hundreds of columns, is shown plain;
    - a paragraph or list past `SOFT_LIMIT` characters is shown as several.
    """
    return mark_safe("".join(render_segment(segment) for segment in split(text)))


def render_segment(segment: Segment, *, finished: bool = True) -> SafeString:
    """One segment of a text as safe HTML; code is coloured only in one that is `finished`."""
    if segment.fence:
        html = code_block(segment.fence.language, segment.code, highlighted=finished)
    else:
        html = _markdown(segment.source, finished)
    return mark_safe(html)


def _markdown(source: str, finished: bool) -> str:
    if _is_too_wide(source):
        return _plain_paragraph(source)
    if not finished and (start := _open_formula(source)) is not None:
        before = _markdown(source[:start], finished) if source[:start].strip() else ""
        return before + _plain_paragraph(source[start:])
    html = comrak.render_markdown(_marked(source), _EXTENSIONS, _PARSING, _OUTPUT)
    if _is_too_deep(html):
        return _plain_paragraph(source)
    html = tame_links(html.replace(MARK, ""))
    html = _CHECKBOX.sub(lambda box: "\u2611" if box[1] else "\u2610", html)
    return put_frames(put_notes(clean_markup(html)), highlighted=finished)


def _open_formula(source: str) -> int | None:
    """Where a displayed formula begins that is not closed yet."""
    for formula in _FORMULA_SO_FAR.finditer(source):
        if not formula[1] and formula.end() == len(source):
            return formula.start()
    return None


def _plain_paragraph(source: str) -> str:
    return f"<p>{plain_html(source.strip(chr(10)))}</p>\n"


def _marked(source: str) -> str:
    """`source` without HTML blocks and link definitions: a mark stands where each would begin."""
    if "<" in source:
        source = _HTML_AT_START.sub(rf"\1{MARK}<", source)
    if "$$" in source or "\\[" in source:
        source = _FORMULA.sub(lambda it: it[1] + it[2].replace("\n", " ") + it[3], source)
    return mark_notes(source).replace("]:", f"]{MARK}:")


def _is_too_wide(source: str) -> bool:
    if source.count("|") <= MAX_PIPES:
        return False
    return any(line.count("|") > MAX_PIPES for line in source.split("\n"))


def _is_too_deep(html: str) -> bool:
    nests = ("<blockquote", "<ul", "<ol", "<em", "<strong", "<del")
    if sum(html.count(tag) for tag in nests) <= MAX_DEPTH:
        return False
    depth = deepest = 0
    for match in _NESTING.finditer(html):
        depth += -1 if match[1] else 1
        deepest = max(deepest, depth)
    return deepest > MAX_DEPTH
