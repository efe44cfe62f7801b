"""Files as people have them, made here: bytes of each kind that may be attached."""

import io
import uuid
import zipfile
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from openpyxl import Workbook
from PIL import Image
from pptx import Presentation
from pptx.util import Inches
from pypdf import PdfWriter

from chatapp.accounts.models import User
from chatapp.conversations.files.actions import upload
from chatapp.conversations.models import StoredFile

GPS = {1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)}
ROTATED = 6  # a quarter turn, as phones say it


def image(format: str = "PNG", size: tuple[int, int] = (60, 40), **saved: Any) -> bytes:
    file = io.BytesIO()
    Image.new(saved.pop("mode", "RGB"), size, "teal").save(file, format, **saved)
    return file.getvalue()


def photo(size: tuple[int, int] = (60, 40)) -> bytes:
    """With a position, a camera, a comment and a turn."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Camera & Sons", ROTATED
    exif.get_ifd(0x8825).update(GPS)
    return image("JPEG", size, exif=exif.tobytes(), comment=b"taken at home")


def pdf(pages: int = 1, password: str = "") -> bytes:
    writer, file = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(file)
    return file.getvalue()


def pdf_of_one_page_many_times(pages: int) -> bytes:
    """Small, and as long as one likes."""
    kids = b"3 0 R " * pages
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, kids),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = b"xref\n0 4\n0000000000 65535 f \n" + table
    return body + start + b"trailer << /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(body)


def docx(*paragraphs: str) -> bytes:
    document, file = Document(), io.BytesIO()
    for text in paragraphs or ("A letter.",):
        document.add_paragraph(text)
    row = document.add_table(1, 2).rows[0]
    row.cells[0].text, row.cells[1].text = "left", "right"
    document.save(file)
    return file.getvalue()


def xlsx() -> bytes:
    book, file = Workbook(), io.BytesIO()
    book.active.title = "Bees"
    book.active.append(["hive", "honey, kg"])
    book.active.append([1, 12.5, None])
    book.save(file)
    return file.getvalue()


def pptx() -> bytes:
    show, file = Presentation(), io.BytesIO()
    slide = show.slides.add_slide(show.slide_layouts[6])
    box = slide.shapes.add_textbox(Inches(1), Inches(1), Inches(4), Inches(1))
    box.text_frame.text = "On bees"
    slide.notes_slide.notes_text_frame.text = "Speak slowly."
    show.save(file)
    return file.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def uploaded(owner: User, data: bytes, name: str = "file") -> StoredFile:
    return upload(owner, uuid.uuid4(), SimpleUploadedFile(name, data))


def rezipped(data: bytes, changed: dict[str, bytes]) -> bytes:
    """The same archive with other words in some of its members."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return zipped(members | changed)
