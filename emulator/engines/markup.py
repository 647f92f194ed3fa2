"""Text files of several kinds to blocks of plain text: HTML, XML, CSV, Markdown, anything else."""

import csv
import io
import re
from html.parser import HTMLParser

# The elements of HTML that stand on lines of their own.
_BREAKS = re.compile(
    "address|article|aside|blockquote|body|br|caption|dd|details|div|dl|dt|fieldset|figcaption|"
    "figure|footer|form|h[1-6]|head|header|hr|html|legend|li|main|nav|ol|option|p|pre|section|"
    "summary|table|tbody|tfoot|thead|title|tr|ul"
)
_ANY = re.compile(".*")
_SILENT = frozenset(("script", "style", "template", "noscript"))
_MARKDOWN = re.compile(r"^\s*(?:#{1,6}\s+|[-*+]\s+|>\s?|```.*$|[-=*_]{3,}\s*$)")
_EMPHASIS = re.compile(r"(\*\*|__|`)(.+?)\1")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")


def decode(data: bytes) -> str:
    """Bytes to text: by the byte order mark, else UTF-8, else Windows-1252, which any byte fits."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def blocks(text: str, mime_type: str) -> list[str]:
    """The text in blocks (paragraphs, headings, list items, table rows) free of its markup."""
    match mime_type.lower().partition(";")[0].strip():
        case "text/html" | "application/xhtml+xml":
            return _tagged(text, _BREAKS)
        case "text/xml" | "application/xml" | "image/svg+xml":
            return _tagged(text, _ANY)
        case "text/csv":
            return _rows(text)
        case "text/md" | "text/markdown" | "text/x-markdown":
            return _markdown(text)
        case _:
            return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


class _Text(HTMLParser):
    """Collects text; a tag that `breaks` matches ends a block, a cell becomes a gap.

    Serves XML too: it declares no entities, so a file can't make it grow without end.
    """

    def __init__(self, breaks: re.Pattern[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.breaks, self.silent, self.pieces = breaks, 0, list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.silent += tag in _SILENT
        self._mark(tag)

    def handle_endtag(self, tag: str) -> None:
        self.silent = max(0, self.silent - (tag in _SILENT))
        self._mark(tag)

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.pieces.append(data.replace("\x00", ""))

    def _mark(self, tag: str) -> None:
        if self.breaks.fullmatch(tag):
            self.pieces.append("\x00")
        elif tag in ("td", "th"):
            self.pieces.append(" ")


def _tagged(text: str, breaks: re.Pattern[str]) -> list[str]:
    reader = _Text(breaks)
    reader.feed(text)
    reader.close()
    parts = "".join(reader.pieces).split("\x00")
    return [" ".join(part.split()) for part in parts if part.strip()]


def _rows(text: str) -> list[str]:
    """A row as "name: value; ..." with the names of the first row, so that it speaks for itself."""
    try:
        dialect = csv.Sniffer().sniff(text[:4096], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    try:
        rows = [row for row in csv.reader(io.StringIO(text), dialect) if any(row)]
    except csv.Error:
        return [line for line in text.splitlines() if line.strip()]
    if len(rows) < 2:
        return ["; ".join(row) for row in rows]
    names = rows[0]
    return [
        "; ".join(f"{name}: {value}" for name, value in zip(names, row, strict=False) if value)
        for row in rows[1:]
    ]


def _markdown(text: str) -> list[str]:
    """Lines of a paragraph joined; each heading, list item and quotation by itself."""
    texts: list[str] = []
    for part in re.split(r"\n\s*\n", text):
        joins = False
        for line in part.splitlines():
            plain = _LINK.sub(r"\1", _EMPHASIS.sub(r"\2", _MARKDOWN.sub("", line))).strip()
            starts = _MARKDOWN.match(line) is not None
            if plain and joins and not starts:
                texts[-1] += " " + plain
            elif plain:
                texts.append(plain)
            joins = bool(plain) and not line.lstrip().startswith("#")
    return texts
