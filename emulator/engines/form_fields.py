"""What was typed into a PDF's form: it isn't among the text of its pages."""

import ctypes
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage


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
