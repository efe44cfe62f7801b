"""What a person is told of a file: why it is refused, or how Claude gets it."""

from collections.abc import Mapping

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chatapp.conversations.files.limits import IMAGE_SIDE, PDF_PAGES

SENTENCES: Mapping[str, str | Promise] = {
    "empty": _("This file is empty."),
    "no words": _("There is no text in this file."),
    "old office": _(
        "Office files of before 2007 cannot be read. Save it as .docx, .xlsx, .pptx or PDF."
    ),
    "unknown": _(
        "Files of this kind cannot be read. Possible are images (JPEG, PNG, GIF, WebP), PDF, "
        "text, code, CSV, and Word, Excel and PowerPoint files."
    ),
    "broken": _("This file is broken, or not what it says it is."),
    "encrypted": _("This PDF is encrypted. Save it without a password and try again."),
    "too many pages": _("This PDF has too many pages; {pages} are possible."),
    "too many pixels": _("This image is too large; {side} pixels a side are possible."),
    "too much inside": _("There is too much in this file to be unpacked."),
}
NOTES: Mapping[str, str | Promise] = {
    "scaled": _("Scaled down for Claude."),
    "first frame": _("Claude sees its first frame."),
    "cut": _("Claude is given the beginning; the rest was too long."),
    "docx as text": _("Claude is given the text of this document, without its pictures."),
    "xlsx as text": _("Claude is given the values of all sheets, without formulas and charts."),
    "pptx as text": _("Claude is given the text of the slides and notes, without pictures."),
}


def sentence_of(key: str) -> str:
    found = str(SENTENCES.get(key, SENTENCES["broken"]))
    return found.format(pages=PDF_PAGES, side=intcomma(IMAGE_SIDE))


def notes_of(keys: list[str]) -> list[str]:
    return [str(NOTES[key]) for key in keys if key in NOTES]
