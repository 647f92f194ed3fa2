"""PDFs and texts: pages, damage, passwords, encodings."""

import io
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from gemini.media.attachment import MediaError
from gemini.media.documents import MAX_PAGES, page_image, text
from gemini.media.load import attachment

INPUTS = Path(__file__).parents[1] / "inputs" / "media"
SAMPLES = Path(__file__).parents[2] / "samples" / "media"


def written(pages: int = 1, text: str = "Some words on a page", password: str = "") -> bytes:
    target = io.BytesIO()
    encrypt = StandardEncryption(password) if password else None
    canvas = Canvas(target, encrypt=encrypt)
    for number in range(pages):
        canvas.drawString(100, 700, f"{text} {number}")
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def test_pages_are_counted_and_text_is_found() -> None:
    report = attachment("r", (SAMPLES / "report.pdf").read_bytes())
    assert (report.kind, report.pages, report.has_text) == ("document", 9, True)


def test_a_scan_has_no_text() -> None:
    assert not attachment("s", (SAMPLES / "scan.pdf").read_bytes()).has_text


def test_a_pdf_with_another_name_is_still_a_pdf() -> None:
    assert attachment("holiday.png", written()).mime_type == "application/pdf"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (written(password="secret"), "needs a password"),
        (written()[:400], r"^x.pdf is a damaged PDF \(Data format error\).$"),
        (b"%PDF-1.4 and no more", "damaged PDF"),
    ],
)
def test_what_can_not_be_read_says_why(data: bytes, said: str) -> None:
    with pytest.raises(MediaError, match=said):
        attachment("x.pdf", data)


def test_a_pdf_without_pages_says_so() -> None:
    with pytest.raises(MediaError, match="needs a password"):
        attachment("password.pdf", (INPUTS / "password.pdf").read_bytes())
    with pytest.raises(MediaError, match="has no pages"):
        attachment("nopages.pdf", (INPUTS / "nopages.pdf").read_bytes())


def test_over_the_limit_is_a_warning_not_a_refusal() -> None:
    found = attachment("long.pdf", written(MAX_PAGES + 1, text=""))
    assert "1,001 pages, the API reads 1,000" in found.warning


def test_a_page_is_drawn_and_no_two_are_alike() -> None:
    data = (SAMPLES / "report.pdf").read_bytes()
    first, seventh = page_image(data, 1, 300), page_image(data, 7, 300)
    assert Image.open(io.BytesIO(first)).width == 300
    assert first != seventh
    with pytest.raises(MediaError, match="Page 99"):
        page_image(data, 99, 300)


def test_a_very_long_page_is_not_drawn_without_end() -> None:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(10, 14_000))
    canvas.showPage()
    canvas.save()
    assert Image.open(io.BytesIO(page_image(target.getvalue(), 1, 1000))).height <= 2400


@pytest.mark.parametrize(
    ("name", "data", "mime_type", "note"),
    [
        ("a.txt", b"plain", "text/plain", ""),
        ("a.md", b"# Head", "text/markdown", ""),
        ("a.CSV", b"a,b\n1,2", "text/csv", ""),
        ("a.html", b"<p>x</p>", "text/html", ""),
        ("a.xml", b"<x/>", "text/xml", ""),
        ("a.py", b"print(1)", "text/plain", ""),
        ("main.ts", b"const a = 1", "text/plain", ""),
        ("kernel.cu", b"__global__ void f() {}", "text/plain", ""),
        ("Makefile", b"all:\n\techo", "text/plain", ""),
        ("a.rtf", b"{\\rtf1 x}", "text/rtf", ""),
        ("a.txt", "Grüße".encode("utf-16"), "text/plain", "converted from UTF-16"),
        ("a.txt", "Grüße".encode("utf-32"), "text/plain", "converted from UTF-32"),
        (
            "a.txt",
            "Grüße".encode("cp1252"),
            "text/plain",
            "read as Windows-1252, which is a guess",
        ),
    ],
)
def test_texts_of_any_encoding(name: str, data: bytes, mime_type: str, note: str) -> None:
    found = attachment(name, data)
    assert (found.kind, found.mime_type, found.note) == ("text", mime_type, note)
    assert found.data.decode()


@pytest.mark.parametrize(
    ("name", "words", "encoding"),
    [
        ("gb18030.txt", "库存清单：苹果三箱", "GB18030"),
        ("sjis.txt", "在庫一覧 りんご三箱", "Shift_JIS"),
        ("euckr.txt", "재고 목록", "EUC-KR"),
        ("utf16nobom.txt", "hello wörld", "UTF-16LE"),
        ("utf32.txt", "hello", ""),
        ("utf8_cut.txt", "hello wörld ", "UTF-8"),
    ],
)
def test_a_text_is_read_as_it_was_written(name: str, words: str, encoding: str) -> None:
    found = attachment(name, (INPUTS / name).read_bytes())
    assert found.data.decode() == words
    assert found.encoding == encoding


def test_another_encoding_can_be_chosen() -> None:
    words = "Добро пожаловать"
    data = words.encode("koi8_r")
    found = text("a.txt", "text/plain", data, "Windows-1251")
    assert found.data.decode() != words
    better = text(found.name, found.mime_type, found.original, "KOI8-R")
    assert (better.data.decode(), better.note) == (words, "read as KOI8-R")


def test_what_can_not_be_read_in_a_text_is_said() -> None:
    assert "1 character couldn't be read" in attachment("a.txt", "schön ü".encode()[:-1]).note


@pytest.mark.parametrize("data", [b" \n\t ", b"\xff\xfe"])
def test_a_text_of_blanks_is_refused(data: bytes) -> None:
    with pytest.raises(MediaError, match="no text"):
        attachment("a.txt", data)


def test_binary_data_is_no_text() -> None:
    with pytest.raises(MediaError, match="isn't an image"):
        attachment("a.txt", b"\0\1\2 no")


@pytest.mark.parametrize("name", ["nl.pdf", "bom.pdf", "mime.pdf"])
def test_a_pdf_may_have_something_before_its_header(name: str) -> None:
    found = attachment(name, (INPUTS / name).read_bytes())
    assert (found.mime_type, found.pages) == ("application/pdf", 1)
    assert found.data.startswith(b"%PDF-")
    assert bool(found.note) == (name == "mime.pdf")


def test_a_text_that_speaks_of_pdf_stays_a_text() -> None:
    assert attachment("a.txt", b"It begins with\n%PDF-1.7 and so on.").mime_type == "text/plain"


def test_a_page_is_found_by_the_number_printed_on_it() -> None:
    found = attachment("labels.pdf", (INPUTS / "labels.pdf").read_bytes())
    assert found.page_labels == ("i", "ii", "iii", "1", "2", "3")
    assert [found.page_of(number) for number in (2, 3, 6)] == [5, 6, 6]
    plain = attachment("a.pdf", written(3))
    assert (plain.page_labels, plain.page_of(2)) == ((), 2)


def test_what_was_typed_into_a_form_is_drawn() -> None:
    data = (INPUTS / "form.pdf").read_bytes()
    assert attachment("form.pdf", data).has_text  # or it would be called scanned
    with_forms = page_image(data, 1, 600)
    document = pypdfium2.PdfDocument(data)
    bare = document[0].render(scale=600 / document[0].get_size()[0]).to_pil()
    assert Image.open(io.BytesIO(with_forms)).convert("L").tobytes() != bare.convert("L").tobytes()
    document.close()
