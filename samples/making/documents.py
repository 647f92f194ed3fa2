"""Sample PDFs: a report and an invoice with text in them, and a scan without."""

import random
import re
import time
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Table

from samples.making.pictures import INVOICE, font, invoice_sums

LETTER = """Heron Island Ferry Company
Pier 7, North Quay

12 November 2025

Dear Mrs Alvarez,

thank you for your letter about the crowded
deck on Saturday mornings.

From 1 May a second ship, the Kittiwake, will
leave at 10:45 on every Saturday. Your season
ticket is valid on both ships.

As an apology you will find two free tickets
in this envelope. They are valid until the
end of September 2026.

With kind regards,
Tomas Lindqvist, Captain"""


def report(folder: Path) -> None:
    """report.pdf: nine pages of text, one section of report.md each."""
    styles = getSampleStyleSheet()
    body = ParagraphStyle("body", styles["BodyText"], fontSize=12, leading=17, spaceAfter=10)
    source = Path(__file__).with_name("report.md").read_text(encoding="utf-8")
    story: list[Flowable] = []
    for section in re.split(r"^# ", source, flags=re.MULTILINE)[1:]:
        heading, *paragraphs = section.strip().split("\n\n")
        story += [Paragraph(heading, styles["Heading1"])]
        story += [Paragraph(paragraph, body) for paragraph in paragraphs]
        story += [PageBreak()]
    SimpleDocTemplate(
        str(folder / "report.pdf"), pagesize=A4, invariant=1, title="Annual report 2025"
    ).build(story, onFirstPage=_page_number, onLaterPages=_page_number)


def _page_number(canvas: Canvas, document: SimpleDocTemplate) -> None:
    canvas.setFont("Helvetica", 9)
    canvas.drawCentredString(A4[0] / 2, 40, f"Page {document.page}")


def invoice(folder: Path) -> None:
    """invoice.pdf: the invoice of invoice.png, with its text as text."""
    styles = getSampleStyleSheet()
    rows = [["Item", "Quantity", "Price", "Amount"]]
    for name, count, price in INVOICE["items"]:
        rows.append([name, str(count), f"{price:.2f}", f"{count * price:,.2f}"])
    for label, amount in zip(("Subtotal", "Tax 20%", "TOTAL EUR"), invoice_sums(), strict=True):
        rows.append([label, "", "", f"{amount:,.2f}"])
    grey = (0.7, 0.75, 0.8)
    looks = [
        ("LINEBELOW", (0, 0), (-1, 0), 1, grey),
        ("LINEABOVE", (0, -3), (-1, -3), 1, grey),
        ("FONT", (0, -1), (-1, -1), "Helvetica-Bold", 12),
        ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
    ]
    story: list[Flowable] = [
        Paragraph(INVOICE["seller"], styles["Heading1"]),
        Paragraph(f"Invoice number: {INVOICE['number']}", styles["BodyText"]),
        Paragraph(f"Date: {INVOICE['date']}. Due: 17 May 2025.", styles["BodyText"]),
        Paragraph(f"Bill to: {INVOICE['buyer']}, 3 Harbour Road", styles["BodyText"]),
        Table(rows, colWidths=(200, 70, 80, 90), style=looks, spaceBefore=24, spaceAfter=24),
        Paragraph("Thank you. Please pay within 30 days.", styles["BodyText"]),
    ]
    SimpleDocTemplate(str(folder / "invoice.pdf"), pagesize=A4, invariant=1, title="Invoice").build(
        story
    )


def scan(folder: Path) -> None:
    """scan.pdf: a letter of two pages as a scanner gives it, tilted, grey and grainy."""
    halves = LETTER.split("\n\nAs an apology")
    pages = [_scanned(halves[0], 0), _scanned("As an apology" + halves[1], 1)]
    # Pillow writes the time into a PDF unless it is told which.
    made = time.struct_time((2025, 11, 12, 9, 0, 0, 2, 316, 0))
    pages[0].save(
        folder / "scan.pdf",
        save_all=True,
        append_images=pages[1:],
        resolution=120,
        quality=60,
        creationDate=made,
        modDate=made,
    )


def _scanned(text: str, seed: int) -> Image.Image:
    page = Image.new("L", (990, 1400), 245)
    ImageDraw.Draw(page).multiline_text((110, 150), text, font=font(34), fill=40, spacing=18)
    page = page.rotate((1.2, -0.8)[seed], Image.Resampling.BICUBIC, fillcolor=235)
    dust = ImageDraw.Draw(page)
    at = random.Random(seed)  # noqa: S311 - the same dust each time, nothing secret
    for _ in range(150):
        dust.point((at.randrange(990), at.randrange(1400)), fill=at.randrange(120, 220))
    return page.filter(ImageFilter.GaussianBlur(0.6))


def make(folder: Path) -> None:
    """Every PDF, into `folder`."""
    for write in (report, invoice, scan):
        write(folder)
