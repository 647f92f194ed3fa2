"""Documents: PDFs, checked and drawn page by page; and text in any of its encodings."""

import codecs
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pypdfium2
from pypdfium2.raw import (
    FORMTYPE_NONE,
    FPDF_ERR_PASSWORD,
    FPDF_CloseDocument,
    FPDF_LoadMemDocument64,
)

from gemini.format import counted, size
from gemini.media.attachment import Attachment, MediaError
from gemini.media.encodings import decoded
from gemini.media.sniff import pdf_start

# https://ai.google.dev/gemini-api/docs/document-processing: what the API takes of one PDF
MAX_PAGES = 1000
MAX_BYTES = 50_000_000
LOOKED_AT = 20  # pages searched for text
LEAST_TEXT = 20  # characters; a page number alone makes no text
LONGEST_SIDE = 2400  # pixels of a page that is drawn
_BLANKS = codecs.BOM_UTF8 + b" \t\r\n\f\0"

_pdfium = threading.Lock()
"""PDFium keeps state outside its documents: two calls at once crash the process
(https://pypdfium2.readthedocs.io, "Thread incompatibility")."""


def pdf(name: str, mime_type: str, data: bytes) -> Attachment:
    """A PDF, its pages counted; what precedes its header is left out.

    Raises:
        MediaError: it asks for a password, is damaged, or has no pages.
    """
    before = pdf_start(data) or 0
    note = "what preceded the PDF was left out" if data[:before].strip(_BLANKS) else ""
    data = data[before:]
    try:
        with _opened(data) as document:
            pages = len(document)
            if not pages:
                raise MediaError(f"{name} has no pages.")
            decoded_text = sum(_text_length(document, n) for n in range(min(pages, LOOKED_AT)))
            form = document.get_formtype() != FORMTYPE_NONE
            labels = _labels(document)
    except pypdfium2.PdfiumError as error:
        if _loads(data):
            raise MediaError(f"{name} has no pages.") from error
        if error.err_code == FPDF_ERR_PASSWORD:
            raise MediaError(
                f"{name} needs a password. Save it without one, then add it again."
            ) from error
        why = str(error).rpartition("PDFium: ")[2].strip("().")
        raise MediaError(f"{name} is a damaged PDF ({why}).") from error
    limits = []
    if pages > MAX_PAGES:
        limits.append(f"{pages:,} pages, the API reads {MAX_PAGES:,}")
    if len(data) > MAX_BYTES:
        limits.append(f"{size(len(data))}, the API accepts {size(MAX_BYTES)}")
    warning = f"Over the documented limit: {'; '.join(limits)}." if limits else ""
    has_text = form or decoded_text >= LEAST_TEXT
    return Attachment(
        name, mime_type, data, note, warning, pages=pages, has_text=has_text, page_labels=labels
    )


def page_image(data: bytes, number: int, width: int) -> bytes:
    """Page `number` (from 1) of a PDF as a PNG, `width` pixels wide where that isn't too long.

    Raises:
        MediaError: the page can't be drawn.
    """
    try:
        with _opened(data) as document:
            page = document[number - 1]
            across, along = page.get_size()  # points
            scale = min(width / across, LONGEST_SIDE / along)
            image = page.render(scale=scale).to_pil()
    except (pypdfium2.PdfiumError, IndexError, ZeroDivisionError, ValueError) as error:
        raise MediaError(f"Page {number} is damaged and can't be drawn ({error}).") from error
    target = io.BytesIO()
    image.save(target, "PNG", compress_level=3)
    return target.getvalue()


def text(name: str, mime_type: str, data: bytes, encoding: str = "") -> Attachment:
    """A text as UTF-8, which is what the API reads; read in `encoding`, or in the likely one.

    Raises:
        MediaError: there is nothing in it but blanks.
    """
    decoded_text = decoded(data, encoding)
    if not decoded_text.text.strip():
        raise MediaError(f"{name} has no text.")
    if decoded_text.sure and decoded_text.encoding == "UTF-8":
        return Attachment(name, mime_type, data)
    note = f"converted from {decoded_text.encoding}"
    if not decoded_text.sure:
        note = f"read as {decoded_text.encoding}{'' if encoding else ', which is a guess'}"
    if decoded_text.lost:
        note += f"; {counted(decoded_text.lost, 'character')} couldn't be read"
    one = Attachment(name, mime_type, decoded_text.text.encode(), note)
    return one if decoded_text.sure else replace(one, original=data, encoding=decoded_text.encoding)


@contextmanager
def _opened(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    with _pdfium:
        document = pypdfium2.PdfDocument(data)
        try:
            document.init_forms()  # or what was typed into a form isn't drawn
            yield document
        finally:
            document.close()


def _loads(data: bytes) -> bool:
    """Whether PDFium can load a document at all.

    pypdfium2 refuses one without pages too, with whatever error PDFium had last, be it another's.
    """
    with _pdfium:
        document = FPDF_LoadMemDocument64(data, len(data), None)
        FPDF_CloseDocument(document)
        return bool(document)


def _labels(document: pypdfium2.PdfDocument) -> tuple[str, ...]:
    """What is printed on the pages as their number; nothing where it is 1, 2, 3."""
    pages = min(len(document), MAX_PAGES)
    labels = tuple(document.get_page_label(index) for index in range(pages))
    plain = tuple(str(number) for number in range(1, pages + 1))
    return labels if any(labels) and labels != plain else ()


def _text_length(document: pypdfium2.PdfDocument, index: int) -> int:
    """The characters of a page; a damaged page has none."""
    try:
        page = document[index]
        return page.get_textpage().count_chars()
    except pypdfium2.PdfiumError:
        return 0
