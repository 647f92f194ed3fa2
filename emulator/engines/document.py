"""Documents: PDFs with text or scanned, and text files, as pages of passages."""

import ctypes
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from emulator.engines import markup, ocr
from emulator.engines.errors import (
    EmptyMediaError,
    EncryptedError,
    OverLimitError,
    Packages,
    UnreadableMediaError,
)
from emulator.engines.passages import Passage, sentences

if TYPE_CHECKING:
    from PIL import Image
    from pypdfium2 import PdfDocument, PdfPage

PACKAGES = Packages("Reading PDFs", {"pypdfium2": "pypdfium2"}, "pip install pypdfium2")
MAX_BYTES = 50_000_000  # of a PDF, and 1000 pages: the API's own limits
MAX_PAGES = 1000
MAX_TEXT_BYTES = 20_000_000
MAX_SCANNED = 20  # pages read by OCR in one document: each takes a second or two
SCAN_SIDE = 1450  # pixels on the longer side of a page rendered for OCR: A4 at 124 dpi
NARROW = 55  # characters; a page whose longest line has fewer is no running text
FEW_LETTERS = 40  # a page with fewer and a picture over half of it is a scan with a stamp on it
Source = Literal["text", "scan", "none"]

# PDFium keeps state outside its documents: calls from two threads at once crash the process
# (https://pypdfium2.readthedocs.io, "Thread incompatibility").
_pdfium = threading.Lock()


@dataclass(frozen=True)
class Page:
    """One page: `number` counts from 1 (None in a file without pages).

    `source` is "text" where the file holds its text, "scan" where it is a picture, read by OCR,
    and "none" where nothing is to be read, or a scan wasn't.
    """

    number: int | None
    blocks: tuple[str, ...]
    source: Source

    @property
    def text(self) -> str:
        """The page's blocks (paragraphs, headings, rows), one a line."""
        return "\n".join(self.blocks)


@dataclass(frozen=True)
class Document:
    """All pages in order. `notes` say what a reader must know: scans, and what wasn't read."""

    pages: tuple[Page, ...]
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The whole text, pages parted by an empty line."""
        return "\n\n".join(page.text for page in self.pages if page.blocks)

    @property
    def passages(self) -> list[Passage]:
        """Every sentence, heading and row with its page, in order."""
        return [
            Passage(sentence, page.number)
            for page in self.pages
            for block in page.blocks
            for sentence in sentences(block)
        ]


def read(data: bytes, mime_type: str, *, max_scanned: int = MAX_SCANNED) -> Document:
    """Reads a PDF, or any kind of text file, by its bytes and then by its MIME type.

    Of scanned pages the first `max_scanned` are read, about two seconds each. Raises
    EmptyMediaError (no bytes, pages or text), EncryptedError, UnreadableError (damaged, or not
    text), OverLimitError, EngineMissingError.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise EmptyMediaError("The document is empty: it has no content.")
    if mime_type.partition(";")[0].strip() == "application/pdf" or b"%PDF-" in data[:1024]:
        return _read_pdf(data, max_scanned)
    return _read_text(data, mime_type)


def count_pages(data: bytes) -> int:
    """The pages of a PDF. Raises what `read` raises for one that can't be opened."""
    if not data:
        raise EmptyMediaError("The document is empty: it has no content.")
    PACKAGES.require()
    with _open(data) as pdf:
        return len(pdf)


def _read_text(data: bytes, mime_type: str) -> Document:
    if len(data) > MAX_TEXT_BYTES:
        raise OverLimitError(
            f"The file has {len(data) / 1e6:.0f} MB of text; at most "
            f"{MAX_TEXT_BYTES / 1e6:.0f} MB are taken. Split it and retry."
        )
    text = markup.decode(data)
    if "\x00" in text:
        raise UnreadableMediaError("This isn't a text file: it has bytes that no text has.")
    blocks = markup.blocks(text, mime_type)
    if not blocks:
        raise EmptyMediaError("The document has no text in it.")
    return Document((Page(None, tuple(blocks), "text"),))


def _read_pdf(data: bytes, max_scanned: int) -> Document:
    if len(data) > MAX_BYTES:
        raise OverLimitError(
            f"The PDF has {len(data) / 1e6:.0f} MB; at most {MAX_BYTES / 1e6:.0f} MB are taken. "
            "Split it and retry."
        )
    PACKAGES.require()
    with _open(data) as pdf:
        count = len(pdf)
        if count == 0:
            raise EmptyMediaError("The PDF has no pages.")
        if count > MAX_PAGES:
            raise OverLimitError(
                f"The PDF has {count} pages; at most {MAX_PAGES} are taken. Split it and retry."
            )
        texts = [_text_of(pdf, index) for index in range(count)]
    scanned = [index for index, page in enumerate(texts) if page is None]
    readable = [] if ocr.PACKAGES.missing() else scanned[:max_scanned]
    read_pages = {index: _read_scan(data, index) for index in readable}
    pages = [
        page or read_pages.get(index) or Page(index + 1, (), "none")
        for index, page in enumerate(texts)
    ]
    return Document(tuple(pages), tuple(_notes(scanned, readable)))


def _notes(scanned: list[int], readable: list[int]) -> Iterator[str]:
    if readable:
        yield (
            f"{_pages(readable)} scanned: the text was read from the image, and may have wrong "
            "letters."
        )
    if unread := [index for index in scanned if index not in readable]:
        reason = ocr.PACKAGES.missing() or f"At most {len(readable)} scanned pages are read."
        yield f"{_pages(unread)} scanned and not read. {reason}"


def _pages(indices: list[int]) -> str:
    """The subject of a sentence: "Page 3 is", "Pages 2, 3, 5 are"."""
    numbers = ", ".join(str(index + 1) for index in indices[:10])
    more = f" and {len(indices) - 10} more" if len(indices) > 10 else ""
    return f"Page {numbers} is" if len(indices) == 1 else f"Pages {numbers}{more} are"


@contextmanager
def _open(data: bytes) -> "Iterator[PdfDocument]":
    """The open PDF, the only one in use while it is."""
    import pypdfium2
    from pypdfium2 import raw

    with _pdfium:
        try:
            pdf = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if _has_no_pages(data):
                raise EmptyMediaError("The PDF has no pages.") from error
            if error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
                raise EncryptedError(
                    "The PDF needs a password. Save it without one and retry."
                ) from error
            raise UnreadableMediaError(
                "The PDF is damaged, or isn't a PDF. Open it elsewhere, save it again and retry."
            ) from error
        try:
            pdf.init_forms()  # or what was typed into a form is neither drawn nor read
            yield pdf
        finally:
            pdf.close()


def _has_no_pages(data: bytes) -> bool:
    """Whether PDFium can load a document that pypdfium2 refused.

    It refuses one without pages, with whatever error PDFium had last, be it another document's.
    """
    from pypdfium2 import raw

    document = raw.FPDF_LoadMemDocument64(data, len(data), None)
    raw.FPDF_CloseDocument(document)
    return bool(document)


def _text_of(pdf: "PdfDocument", index: int) -> Page | None:
    """A page's own text; None for a page that is a picture of text."""
    import pypdfium2

    try:
        page = pdf[index]
        text = page.get_textpage().get_text_range()
        typed = list(form_fields(pdf, page))
    except pypdfium2.PdfiumError:
        return Page(index + 1, (), "none")
    few = sum(character.isalnum() for character in text) < FEW_LETTERS
    if few and not typed and _is_picture(page, text):
        return None
    blocks = (*paragraphs(text.replace("\r\n", "\n").split("\n")), *typed)
    return Page(index + 1, blocks, "text" if blocks else "none")


def _is_picture(page: "PdfPage", text: str) -> bool:
    """Whether a page of little text has a picture over half of it, or is drawn without a letter.

    The latter are pages whose text was turned into outlines.
    """
    from pypdfium2 import PdfImage

    width, height = page.get_size()
    objects = list(page.get_objects(max_depth=3))
    for item in objects:
        if isinstance(item, PdfImage):
            left, bottom, right, top = item.get_bounds()
            if (right - left) * (top - bottom) > width * height / 2:
                return True
    return bool(objects) and not text.strip()


def _read_scan(data: bytes, index: int) -> Page:
    """A page read by OCR: drawn under PDFium's lock, read outside it."""
    with _open(data) as pdf:
        image = _render(pdf[index])
    rows = ocr.read(image).text.splitlines()
    blocks = tuple(paragraphs(rows))
    return Page(index + 1, blocks, "scan" if blocks else "none")


def _render(page: "PdfPage") -> "Image.Image":
    return page.render(scale=SCAN_SIDE / max(page.get_size())).to_pil()


def paragraphs(lines: list[str]) -> Iterator[str]:
    """Lines as they stand on a page, joined where a sentence runs on from one to the next.

    It does where the next line begins with a small letter, and on a page of running text where
    the line is about as long as the longest one. Headings and rows of a table stay apart.
    """
    lines = [" ".join(line.replace("\ufffe", "-").split()) for line in lines]
    widest = max(map(len, lines), default=0)
    full = 0.75 * widest if widest >= NARROW else math.inf
    block, last = "", ""
    for line in lines:
        runs_on = len(last) > full or (line[:1].islower() and not last.endswith((".", "!", "?")))
        if not (block and line and runs_on):
            if block:
                yield block
            block = line
        elif block.endswith("-") and line[:1].islower():
            block = block[:-1] + line
        else:
            block += " " + line
        last = line
    if block:
        yield block


def form_fields(pdf: "PdfDocument", page: "PdfPage") -> Iterator[str]:
    """The filled fields of a page as "name: value". Needs `pdf.init_forms()` before."""
    from pypdfium2 import raw

    if pdf.formenv is None:
        return
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        field = raw.FPDFPage_GetAnnot(page, index)
        try:
            if raw.FPDFAnnot_GetSubtype(field) != raw.FPDF_ANNOT_WIDGET:
                continue
            name = _text(raw.FPDFAnnot_GetFormFieldName, pdf, field)
            value = _text(raw.FPDFAnnot_GetFormFieldValue, pdf, field)
            if value.strip() and value != "Off":  # a box that isn't ticked
                yield f"{name}: {value}" if name else value
        finally:
            raw.FPDFPage_CloseAnnot(field)


def _text(read: Callable[..., int], pdf: "PdfDocument", field: Any) -> str:
    """What a function of PDFium writes, in UTF-16 with a null behind, into a buffer."""
    from pypdfium2 import raw

    length = read(pdf.formenv, field, None, 0)
    buffer = ctypes.create_string_buffer(length)
    read(pdf.formenv, field, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), length)
    return buffer.raw[: max(0, length - 2)].decode("utf-16-le", "replace")
