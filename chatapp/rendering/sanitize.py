"""The allowlist that everything made from a text passes last, and how text is escaped.

Serialisation by `nh3` is canonical: in its output `<` starts a tag and nothing else, in text as
in attribute values. Our own wrappers are put around its output (`frames.py`), never before it, so
that a text cannot contain them.
"""

import re
from typing import Final

import nh3

_TAGS: Final = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"),
    *("strong", "em", "del", "code", "pre", "a", "ol", "ul", "li"),
    *("table", "thead", "tbody", "tr", "th", "td"),
    "span",
}
LINK_REL: Final = "noopener noreferrer nofollow"
URL_SCHEMES: Final = frozenset({"http", "https", "mailto"})

# A noncharacter that no text may hold: our marks for the Markdown parser cannot be forged with it.
MARK: Final = "\ufdd0"
NOTE_MARK: Final = "\ufdd1"
_UNUSABLE: Final = re.compile(f"[\ud800-\udfff\0{MARK}{NOTE_MARK}]")

_markup = nh3.Cleaner(
    tags=_TAGS,
    # Of classes only a code block's language gets this far; frames.py takes it off again.
    attributes={
        "a": {"href"},
        "ol": {"start"},
        "th": {"align"},
        "td": {"align"},
        "code": {"class"},
    },
    # A formula is a span that says so, and nothing else is one.
    tag_attribute_values={"span": {"data-math-style": {"inline", "display"}}},
    clean_content_tags=set(),
    url_schemes=set(URL_SCHEMES),
    url_relative="deny",
    link_rel=LINK_REL,
    set_tag_attribute_values={"a": {"target": "_blank"}},
)
_tokens = nh3.Cleaner(tags={"span"}, attributes={"span": {"class"}}, clean_content_tags=set())


def clean_markup(html: str) -> str:
    """`html` with nothing left but what Markdown can mean: no image, id, style, handler or form."""
    return _markup.clean(html)


def clean_tokens(html: str) -> str:
    """`html` with nothing left but text and `<span class>`: the inside of a highlighted block."""
    return _tokens.clean(html)


def escape(text: str) -> str:
    """`text` as HTML text, spelled exactly as the sanitiser spells it.

    Not fit for attribute values: quotes stay as they are.
    """
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("\xa0", "&nbsp;")


def usable(text: str) -> str:
    """`text` with NUL, lone surrogates and our own marks replaced by U+FFFD, one for one."""
    return _UNUSABLE.sub("\ufffd", text)
