"""Text shown as it was typed: what people write themselves, and what Markdown must not touch."""

import re
from typing import Final

from django.utils.safestring import SafeString, mark_safe

from chatapp.rendering.links import is_allowed
from chatapp.rendering.sanitize import clean_markup, escape, usable

# The bound keeps the trimming of one huge run of brackets cheap.
_URL: Final = re.compile(r"\bhttps?://[^\s<>\"'`\\\x00-\x20]{1,2000}", re.IGNORECASE)
_TRAILING: Final = ".,:;!?*_~"


def render_plain(text: str) -> SafeString:
    """`text` escaped, its line breaks as `<br>`, its web addresses as links; inline markup only.

    For messages that a person typed. Where a link would stand inside another one (a title in a
    list), the template's own escaping is the right tool. Never raises.
    """
    return mark_safe(plain_html(usable(text.replace("\r\n", "\n").replace("\r", "\n"))))


def plain_html(text: str) -> str:
    """`text`, already normalised, as sanitised inline HTML."""
    parts: list[str] = []
    end = 0
    for match in _URL.finditer(text):
        url = _trimmed(match[0])
        if is_allowed(url):
            parts += (
                escape(text[end : match.start()]),
                f'<a href="{escape(url)}">{escape(url)}</a>',
            )
            end = match.start() + len(url)
    parts.append(escape(text[end:]))
    return clean_markup("".join(parts).replace("\n", "<br>"))


def _trimmed(url: str) -> str:
    """`url` without the punctuation of the sentence around it."""
    while url and (url[-1] in _TRAILING or (url[-1] == ")" and url.count(")") > url.count("("))):
        url = url[:-1]
    return url
