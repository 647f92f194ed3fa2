"""PDFs and text files become pages of passages; each kind of broken one is its own error."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from emulator.engines import document, errors, ocr
from emulator.engines.document import Document, read
from emulator.engines.errors import (
    EmptyMediaError,
    EncryptedError,
    EngineMissingError,
    OverLimitError,
    UnreadableMediaError,
)
from emulator.engines.passages import best

INPUTS = Path(__file__).parents[1] / "inputs" / "media"
MEDIA = Path(__file__).parents[2] / "samples" / "media"
PDF = "application/pdf"
FACTS = [
    (item["file"], fact["question"], fact["answer"], fact["page"])
    for item in json.loads((MEDIA / "media.json").read_text())["media"]
    for fact in item["truth"].get("facts", [])
]


@pytest.fixture(scope="module")
def documents() -> dict[str, Document]:
    return {name: read((MEDIA / name).read_bytes(), PDF) for name in ("report.pdf", "scan.pdf")}


def blank_pdf(pages: int) -> bytes:
    pdf = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        pdf.new_page(200, 200)
    file = io.BytesIO()
    pdf.save(file)
    return file.getvalue()


@pytest.mark.parametrize(("name", "question", "answer", "page"), FACTS)
def test_the_passage_that_answers_is_chosen_with_its_page(
    documents: dict[str, Document], name: str, question: str, answer: str, page: int
) -> None:
    first = best(documents[name].passages, question)[0].passage
    assert answer in first.text
    assert first.page == page


def test_a_report_has_its_pages_and_paragraphs(documents: dict[str, Document]) -> None:
    report = documents["report.pdf"]
    assert [page.number for page in report.pages] == list(range(1, 10))
    assert {page.source for page in report.pages} == {"text"}
    assert report.notes == ()
    seventh = report.pages[6]
    assert "The new pier" in seventh.blocks
    # A paragraph that the PDF breaks over three lines is one block.
    assert any(
        block.startswith("Two ships") and block.endswith("with it.") for block in seventh.blocks
    )


def test_rows_of_a_table_stay_apart() -> None:
    rows = read((MEDIA / "invoice.pdf").read_bytes(), PDF).pages[0].blocks
    assert "TOTAL EUR 2,188.20" in rows
    assert "Child seat 2 74.50 149.00" in rows


def test_scanned_pages_are_read_from_their_picture(documents: dict[str, Document]) -> None:
    scan = documents["scan.pdf"]
    assert [page.source for page in scan.pages] == ["scan", "scan"]
    assert "Pages 1, 2 are scanned" in scan.notes[0]
    assert "two free tickets" in scan.pages[1].text


def test_only_so_many_scanned_pages_are_read() -> None:
    scan = read((MEDIA / "scan.pdf").read_bytes(), PDF, max_scanned=1)
    assert [page.source for page in scan.pages] == ["scan", "none"]
    assert scan.notes[1] == "Page 2 is scanned and not read. At most 1 scanned pages are read."


def test_without_ocr_a_scan_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    without = errors.Packages(
        "Reading text", {"no_such_reader": "rapidocr"}, "pip install rapidocr"
    )
    monkeypatch.setattr(ocr, "PACKAGES", without)
    scan = read((MEDIA / "scan.pdf").read_bytes(), PDF)
    assert scan.notes == (f"Pages 1, 2 are scanned and not read. {without.missing()}",)
    assert scan.text == ""


def test_a_stamp_over_a_scan_does_not_make_it_text() -> None:
    pdf = pypdfium2.PdfDocument((MEDIA / "scan.pdf").read_bytes())
    assert document._text_of(pdf, 0) is None
    pdf.close()
    blank = pypdfium2.PdfDocument(blank_pdf(1))
    page = document._text_of(blank, 0)
    assert page is not None
    assert (page.source, page.blocks) == ("none", ())
    blank.close()


def test_two_threads_read_at_once(documents: dict[str, Document]) -> None:
    data = (MEDIA / "report.pdf").read_bytes()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: read(data, PDF), range(12)))
    assert all(each == documents["report.pdf"] for each in found)


def test_encrypted() -> None:
    file = io.BytesIO()
    canvas = Canvas(file, encrypt=StandardEncryption("secret", strength=128))
    canvas.drawString(100, 100, "hidden")
    canvas.save()
    with pytest.raises(EncryptedError, match="password"):
        read(file.getvalue(), PDF)


def test_without_pages_whatever_was_read_before() -> None:
    with pytest.raises(EncryptedError):
        read((INPUTS / "password.pdf").read_bytes(), PDF)
    with pytest.raises(EmptyMediaError, match="no pages"):
        read((INPUTS / "nopages.pdf").read_bytes(), PDF)


def test_what_was_typed_into_a_form_is_read() -> None:
    [page] = read((INPUTS / "form.pdf").read_bytes(), PDF).pages
    assert page.blocks == ("Form:", "order: Order 4711", "ok: Yes", "ch: Blue")


@pytest.mark.parametrize("data", [b"%PDF-1.7\nnothing else", b"not a PDF", b"\x00\x01\x02" * 99])
def test_damaged(data: bytes) -> None:
    with pytest.raises(UnreadableMediaError, match="damaged"):
        read(data, PDF)


@pytest.mark.parametrize("mime_type", [PDF, "text/plain", "text/html"])
def test_empty(mime_type: str) -> None:
    for data in (b"", b" \n\t "):
        with pytest.raises(EmptyMediaError):
            read(data, mime_type)


def test_a_page_of_markup_without_words_is_empty() -> None:
    with pytest.raises(EmptyMediaError, match="no text"):
        read(b"<html><script>let x = 1</script><br></html>", "text/html")


def test_over_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MAX_PAGES", 3)
    with pytest.raises(OverLimitError, match="4 pages; at most 3"):
        read(blank_pdf(4), PDF)
    monkeypatch.setattr(document, "MAX_BYTES", 100)
    with pytest.raises(OverLimitError, match="MB"):
        read(blank_pdf(1), PDF)
    monkeypatch.setattr(document, "MAX_TEXT_BYTES", 100)
    with pytest.raises(OverLimitError, match="Split it"):
        read(b"word " * 100, "text/plain")


def test_a_missing_package_is_named_and_text_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "find_spec", lambda name: None)
    with pytest.raises(EngineMissingError, match="pip install pypdfium2"):
        read(blank_pdf(1), PDF)
    assert read(b"Plain words.", "text/plain").text == "Plain words."


def test_a_pdf_is_known_by_its_bytes() -> None:
    assert len(read(blank_pdf(2), "text/plain").pages) == 2


def test_a_picture_sent_as_text_is_refused() -> None:
    file = io.BytesIO()
    Image.new("RGB", (5, 5)).save(file, "PNG")
    with pytest.raises(UnreadableMediaError, match="isn't a text file"):
        read(file.getvalue(), "text/plain")


@pytest.mark.parametrize(
    ("mime_type", "text", "blocks"),
    [
        ("text/plain", "One line\ngoes on.\n\nTwo.", ("One line\ngoes on.", "Two.")),
        (
            "text/html",
            "<title>Notes</title><style>p{}</style><p>Tea &amp; <b>milk</b></p>"
            "<table><tr><td>a</td><td>1</td></tr></table><script>x</script><p>End",
            ("Notes", "Tea & milk", "a 1", "End"),
        ),
        (
            "text/xml; charset=utf-8",
            '<?xml version="1.0"?><list><item id="1">Tea</item><item>Milk</item></list>',
            ("Tea", "Milk"),
        ),
        (
            "text/csv",
            'name;price\n"Tea; green";4\nMilk;\n',
            ("name: Tea; green; price: 4", "name: Milk"),
        ),
        (
            "text/markdown",
            "# Plan\nRun **far**\nand [rest](https://x.y).\n\n- one\n- two\n\n```py\nx = 1\n```",
            ("Plan", "Run far and rest.", "one", "two", "x = 1"),
        ),
    ],
)
def test_text_files_lose_their_markup(mime_type: str, text: str, blocks: tuple[str, ...]) -> None:
    (page,) = read(text.encode(), mime_type).pages
    assert page.blocks == blocks
    assert page.number is None


def test_an_xml_bomb_stays_small() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;&c; end</a>'
    assert len(read(bomb.encode(), "application/xml").text) < 200


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str) -> None:
    assert read("Füße – naïve".encode(encoding), "text/plain").text == "Füße – naïve"
