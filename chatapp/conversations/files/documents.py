"""PDF, which Claude reads itself, and Office documents, of which it is given the text.

Each library is imported by the one function that needs it: a process is started for each
file, and all four of them take longer than the reading.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from chatapp.conversations.files.kinds import CannotUse
from chatapp.conversations.files.limits import PDF_PAGES, TEXT_CHARACTERS
from chatapp.conversations.files.read import Read
from chatapp.conversations.files.texts import written

if TYPE_CHECKING:
    from pypdf import PdfReader

SAMPLES = 8  # pages of a PDF that are read to tell how much text the others have
PAGE_LETTERS = 3_000  # of a page that cannot be read, or is a picture
# What the libraries raise for files that are not what they say.
BROKEN = (
    *(ValueError, KeyError, IndexError, AttributeError, TypeError, LookupError, SyntaxError),
    *(OSError, RecursionError, AssertionError, ArithmeticError, zipfile.BadZipFile),
    NotImplementedError,
)


def read_pdf(path: Path) -> Read:
    """Raises CannotUse for one that is encrypted, broken, or too long."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(path)
        if reader.is_encrypted:
            raise CannotUse("encrypted")
        pages = len(reader.pages)
        if pages > PDF_PAGES:
            raise CannotUse("too many pages")
        if not pages:
            raise CannotUse("broken")
        letters = _letters(reader, pages)
    except (PyPdfError, *BROKEN):
        raise CannotUse("broken") from None
    return Read("pdf", "pdf", "application/pdf", pages=pages, letters=letters)


def _letters(reader: "PdfReader", pages: int) -> int:
    """About how many bytes of text there are, from some pages of it."""
    sampled = range(0, pages, max(1, pages // SAMPLES))
    return sum(_letters_of(reader, at) for at in sampled) * pages // len(sampled)


def _letters_of(reader: "PdfReader", at: int) -> int:
    from pypdf.errors import PyPdfError

    try:
        return len(reader.pages[at].extract_text().encode(errors="replace"))
    except (PyPdfError, *BROKEN):
        return PAGE_LETTERS


def read_office(path: Path, format: str, into: Path) -> Read:
    """Raises CannotUse for one that is broken or has no words. Writes `sent`."""
    lines = {"docx": _docx, "xlsx": _xlsx, "pptx": _pptx}[format]
    try:
        text = _up_to(TEXT_CHARACTERS + 1, lines(path))
    except BROKEN:
        raise CannotUse("broken") from None
    return written(text, format, into, f"{format} as text")


def _up_to(most: int, lines: Iterable[str]) -> str:
    """The lines, and no more of them than so many characters."""
    found, size = [], 0
    for line in lines:
        found.append(line)
        size += len(line) + 1
        if size > most:
            break
    return "\n".join(found)


def _docx(path: Path) -> Iterator[str]:
    from docx import Document
    from docx.table import Table

    document = Document(str(path))
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            yield from _rows([cell.text for cell in row.cells] for row in part.rows)
        else:
            yield part.text


def _xlsx(path: Path) -> Iterator[str]:
    from openpyxl import load_workbook

    # By its content: of a path the library wants a certain ending.
    book = load_workbook(io.BytesIO(path.read_bytes()), read_only=True, data_only=True)
    for sheet in book.worksheets:
        yield f"# {sheet.title}"
        yield from _rows(
            ["" if value is None else str(value) for value in row]
            for row in sheet.iter_rows(values_only=True)
        )


def _pptx(path: Path) -> Iterator[str]:
    from pptx import Presentation

    for number, slide in enumerate(Presentation(str(path)).slides, 1):
        yield f"# Slide {number}"
        for shape in slide.shapes:
            if shape.has_text_frame:
                yield shape.text_frame.text
            elif shape.has_table:
                yield from _rows([cell.text for cell in row.cells] for row in shape.table.rows)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame:
            yield f"Notes: {slide.notes_slide.notes_text_frame.text}"


def _rows(rows: Iterable[list[str]]) -> Iterator[str]:
    """As CSV; without the empty cells and rows at the ends of a sheet."""
    for row in rows:
        while row and not row[-1]:
            del row[-1]
        if row:
            line = io.StringIO()
            csv.writer(line, lineterminator="").writerow(row)
            yield line.getvalue()
