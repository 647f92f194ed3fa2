"""Sample pictures, drawn with Pillow in its built-in font, so they come out alike anywhere."""

import json
import math
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

Box = tuple[int, int, int, int]
FINE = 4  # drawn this many times larger, then scaled down: smooth edges
INK, GREY, PAPER = "#1f2328", "#6e7781", "#ffffff"

# Where the shapes of the drawing are, as [ymin, xmin, ymax, xmax] in pixels. Tests hold the
# region finder to these, and the page's sample shows how near a model comes.
SHAPES: dict[str, tuple[str, Box]] = {
    "red circle": ("#d62828", (70, 80, 290, 300)),
    "blue rectangle": ("#1d4ed8", (90, 390, 250, 640)),
    "green triangle": ("#2a9d3a", (80, 720, 300, 930)),
    "yellow square": ("#f2c010", (400, 140, 590, 330)),
    "purple star": ("#7b2cbf", (380, 560, 620, 800)),
}


def font(size: int) -> ImageFont.FreeTypeFont:
    """Pillow's built-in font (Aileron, CC0)."""
    built_in = ImageFont.load_default(size)
    assert isinstance(built_in, ImageFont.FreeTypeFont)
    return built_in


def drawing(folder: Path) -> None:
    """shapes.png: five shapes of five colours, with their true boxes in shapes.json."""
    width, height = 1000, 700
    image = Image.new("RGB", (width * FINE, height * FINE), PAPER)
    draw = ImageDraw.Draw(image)
    for label, (colour, box) in SHAPES.items():
        ymin, xmin, ymax, xmax = (edge * FINE for edge in box)
        corners = (xmin, ymin, xmax - 1, ymax - 1)
        match label.split()[1]:
            case "circle":
                draw.ellipse(corners, fill=colour)
            case "triangle":
                draw.polygon([((xmin + xmax) / 2, ymin), (xmax, ymax), (xmin, ymax)], fill=colour)
            case "star":
                draw.polygon(_star(corners), fill=colour)
            case _:
                draw.rectangle(corners, fill=colour)
    image.resize((width, height), Image.Resampling.BOX).save(folder / "shapes.png", optimize=True)
    truth = {
        "size": {"width": width, "height": height},
        "box_2d": "[ymin, xmin, ymax, xmax] in pixels, origin top left",
        "shapes": [{"label": label, "box_2d": list(box)} for label, (_, box) in SHAPES.items()],
    }
    (folder / "shapes.json").write_text(json.dumps(truth, indent=2) + "\n", encoding="utf-8")


def _star(corners: Box) -> list[tuple[float, float]]:
    """A five-pointed star stretched to fill its box exactly."""
    points = [
        (radius * math.sin(math.pi * i / 5), -radius * math.cos(math.pi * i / 5))
        for i, radius in enumerate([1.0, 0.4] * 5)
    ]
    left, top, right, bottom = corners
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return [
        (
            left + (x - min(xs)) / (max(xs) - min(xs)) * (right - left),
            top + (y - min(ys)) / (max(ys) - min(ys)) * (bottom - top),
        )
        for x, y in points
    ]


def sign(folder: Path) -> None:
    """sign.png: a notice at a ferry pier."""
    image = Image.new("RGB", (1000, 640), "#cfe3ee")
    draw = ImageDraw.Draw(image)
    draw.rectangle((480, 420, 520, 640), fill="#6b4f3a")
    draw.rounded_rectangle((110, 60, 890, 470), 24, fill="#0b4f6c", outline=PAPER, width=8)
    lines = [("PIER 7", 96), ("Ferry to Heron Island", 56), ("Departs daily at 10:15", 48)]
    y = 100
    for text, size in lines:
        draw.text((500, y), text, font=font(size), fill=PAPER, anchor="ma")
        y += round(size * 1.45)
    draw.text((500, y), "Mind the gap", font=font(36), fill="#f2c010", anchor="ma")
    image.save(folder / "sign.png", optimize=True)


INVOICE = {
    "number": "INV-2025-0417",
    "date": "17 April 2025",
    "seller": "Larkfield Bicycle Works",
    "buyer": "Heron Island Ferry Co.",
    "items": [
        ("City bicycle, 28 inch", 4, 389.00),
        ("Child seat", 2, 74.50),
        ("Repair kit", 6, 12.25),
        ("Delivery", 1, 45.00),
    ],
    "tax_rate": 20,
}


def invoice_sums() -> tuple[float, float, float]:
    """Subtotal, tax and total of the sample invoice."""
    subtotal = sum(count * price for _, count, price in INVOICE["items"])
    tax = round(subtotal * INVOICE["tax_rate"] / 100, 2)
    return subtotal, tax, subtotal + tax


def invoice_page(width: int = 1000) -> Image.Image:
    """The sample invoice as a page, `width` pixels wide, for a picture or for a scan."""
    image = Image.new("RGB", (1000, 1120), PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 1000, 110), fill="#0b4f6c")
    draw.text((60, 30), INVOICE["seller"], font=font(44), fill=PAPER)
    draw.text((60, 150), "INVOICE", font=font(52), fill=INK)
    left = [f"Number: {INVOICE['number']}", f"Date: {INVOICE['date']}", "Due: 17 May 2025"]
    right = ["Bill to:", INVOICE["buyer"], "3 Harbour Road"]
    for row, (mine, yours) in enumerate(zip(left, right, strict=True)):
        draw.text((60, 240 + 40 * row), mine, font=font(28), fill=INK)
        draw.text((600, 240 + 40 * row), yours, font=font(28), fill=INK)
    y = _invoice_items(draw, 420)
    for label, amount in zip(("Subtotal", "Tax 20%", "TOTAL EUR"), invoice_sums(), strict=True):
        size = 38 if label.startswith("TOTAL") else 28
        draw.text((560, y), label, font=font(size), fill=INK)
        draw.text((940, y), f"{amount:,.2f}", font=font(size), fill=INK, anchor="ra")
        y += 56
    draw.text((60, 1050), "Thank you. Please pay within 30 days.", font=font(26), fill=GREY)
    return image.resize((width, 1120 * width // 1000)) if width != 1000 else image


def _invoice_items(draw: ImageDraw.ImageDraw, y: int) -> int:
    """Draws the table of items from `y` down; the y below it."""
    columns = ((60, "la"), (620, "ra"), (790, "ra"), (940, "ra"))
    draw.rectangle((40, y - 14, 960, y + 40), fill="#e6eef2")
    header = ("Item", "Quantity", "Price", "Amount")
    rows = [(name, str(n), f"{p:.2f}", f"{n * p:,.2f}") for name, n, p in INVOICE["items"]]
    for cells in (header, *rows):
        for (x, anchor), cell in zip(columns, cells, strict=True):
            draw.text((x, y), cell, font=font(28), fill=INK, anchor=anchor)
        y += 62
    draw.line((40, y, 960, y), fill=GREY, width=2)
    return y + 30


def invoice(folder: Path) -> None:
    """invoice.png: the invoice, with a total to find."""
    invoice_page().save(folder / "invoice.png", optimize=True)


VISITORS = {"Jan": 120, "Feb": 180, "Mar": 260, "Apr": 410, "May": 530, "Jun": 690}


def chart(folder: Path) -> None:
    """chart.png: a bar chart of visitors a month."""
    image = Image.new("RGB", (1000, 640), PAPER)
    draw = ImageDraw.Draw(image)
    draw.text((500, 30), "Visitors to Heron Island, 2025", font=font(40), fill=INK, anchor="ma")
    base, scale = 550, 0.6
    for value in range(0, 800, 200):
        y = base - value * scale
        draw.line((110, y, 960, y), fill="#d0d7de", width=2)
        draw.text((95, y), str(value), font=font(26), fill=GREY, anchor="rm")
    for place, (month, value) in enumerate(VISITORS.items()):
        x = 150 + 135 * place
        draw.rectangle((x, base - value * scale, x + 85, base), fill="#1d4ed8")
        draw.text(
            (x + 42, base - value * scale - 8), str(value), font=font(26), fill=INK, anchor="mb"
        )
        draw.text((x + 42, base + 14), month, font=font(28), fill=INK, anchor="ma")
    image.save(folder / "chart.png", optimize=True)


TIMETABLE = [
    ("Line", "From", "To", "Leaves", "Arrives", "Price"),
    ("A1", "Pier 7", "Heron Island", "10:15", "11:05", "8.50"),
    ("A2", "Pier 7", "Heron Island", "13:40", "14:30", "8.50"),
    ("A3", "Heron Island", "Pier 7", "16:20", "17:10", "8.50"),
    ("B1", "North Quay", "Lindmark", "07:05", "08:35", "12.00"),
    ("B2", "North Quay", "Lindmark", "09:50", "11:20", "12.00"),
    ("B3", "Lindmark", "North Quay", "18:15", "19:45", "12.00"),
    ("C1", "Pier 2", "Ravenholt", "06:30", "09:10", "19.75"),
    ("C2", "Ravenholt", "Pier 2", "15:00", "17:40", "19.75"),
    ("D1", "Pier 4", "Seal Rocks", "11:30", "12:15", "15.20"),
    ("D2", "Seal Rocks", "Pier 4", "14:45", "15:30", "15.20"),
]


def table(folder: Path) -> None:
    """timetable.png: a table of eleven rows and six columns."""
    columns = (40, 150, 370, 600, 740, 880)
    image = Image.new("RGB", (1000, 90 + 52 * len(TIMETABLE)), PAPER)
    draw = ImageDraw.Draw(image)
    draw.text((40, 20), "Summer timetable", font=font(36), fill=INK)
    for row, cells in enumerate(TIMETABLE):
        y = 80 + 52 * row
        shade = "#0b4f6c" if row == 0 else "#eef3f6" if row % 2 else PAPER
        draw.rectangle((20, y, 980, y + 51), fill=shade, outline="#d0d7de")
        for x, cell in zip(columns, cells, strict=True):
            draw.text((x, y + 12), cell, font=font(26), fill=PAPER if row == 0 else INK)
    image.save(folder / "timetable.png", optimize=True)


def make(folder: Path) -> None:
    """Every picture, into `folder`."""
    for draw in (drawing, sign, invoice, chart, table):
        draw(folder)
