"""Markdown for `st.markdown` that its front end draws as what `components.markdown.reading` read.

Streamlit's renderer (1.67, remark) knows more than CommonMark: `:red[x]`, `:smile:`,
`:material/home:`, formulas between any dollars, `~x~`, and symbols such as `->` between blanks. A
backslash keeps most of these from being read. Some it looks for after that, in what is left of the
text; there an empty span (`:small[]`) cuts the text in two. Neither adds a character that could be
copied. Pictures become links, as showing one would tell its server what was asked.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from components.markdown.code import is_closed

Link = Callable[[str], Iterable[tuple[int, int, str]]]
"""Finds what a piece of plain text refers to: where it begins and ends, and the address."""

EMPHASIS = {"em", "strong", "s"}
CUT = ":small[]"  # an empty span
BREAK = "\ufdd2\n"  # a hard line break on its way: a noncharacter, which no text holds
EMOJI = r":(?=(?!\d+:)[A-Za-z0-9_+-]+:|100:|1234:)"
SPECIAL = re.compile(
    r"(?P<symbol>(?:^|(?<=\s))(?:<->|->|<-|--|>=|<=|~=)(?=\s|$))"
    rf"|(?P<emoji>{EMOJI})"
    r"|(?P<icon>:material/)"
    r"|(?P<escaped>:(?=[^\W\d]|\d[\w-]*\{|//(?:(?<=[Hh][Tt][Tt][Pp]://)|(?<=[Tt][Pp][Ss]://))|[:\ufdd0])"
    r"|(?<=[Ww]{3})\.|&(?=\#?\w+;)|\\(?=[!-/:-@\[-`{-~]|$)"
    r"|(?<![^\W_])_|_(?![^\W_])|[`*\[\]<$~])"
    r"|(?P<newline>[\r\n])"
)
WWW = re.compile(r"(?<![\w/.@\\-])www\.[\w-]+\.[^\s<>*|`\ufdd0\ufdd1]*[\w/]")
LINE_BEGIN = re.compile(
    r"[-+](?=\s|$)|\#{1,6}(?=\s|$)|>|=+\s*$|-[\s-]*$|[|:][\s|:-]*$|(?P<number>\d{1,9})(?=[.)](?:\s|$))"
)
TASK = re.compile(r"\\\[([ xX])\\\](?=\s)")
SIMPLE_ADDRESS = re.compile(r"[^\s<>()\\&\x00-\x1f]+")
AUTOLINK = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>\x00-\x1f]*")
ICON, HIDDEN_ICON = ":material/", "&#58;material/"  # Streamlit replaces the former everywhere
LANGUAGE = re.compile(r"[\w#+.-]+")
MERMAID = re.compile(r"mermaid\b", re.IGNORECASE)
FETCHING = re.compile(
    r"[/\\]{2}|https?:|ftps?:|wss?:|data:|url\(|@import|img|image|!\[|srcset|\\[0-9a-f]"
    r"|[&#]\#?(?:x?0*(?:2f|5c|3a|47|92|58)|sol|bsol|colon)\b",
    re.IGNORECASE,
)


def escaped(text: str) -> str:
    """Markdown that shows these characters, in the middle of a line."""
    return SPECIAL.sub(_escape, text)


def escaped_line(text: str) -> str:
    """Markdown that shows these characters, on a line of its own."""
    return _begun(escaped(" ".join(text.split())))


def written(
    tokens: Sequence[Token], source: str, link: Link | None = None, *, line_breaks: bool = False
) -> str:
    """The Markdown of a whole text. `link` is asked about all text that isn't a link or code."""
    return _MarkdownWriter(source.split("\n"), link, BREAK if line_breaks else "\n").blocks(
        SyntaxTreeNode(tokens).children
    )


def _escape(match: re.Match[str]) -> str:
    text = match[0]
    match match.lastgroup:
        case "symbol":
            return CUT.join(f"\\{c}" if c in "<~" else c for c in text)
        case "emoji":
            return f"\\:{CUT}"
        case "icon":
            return "\\:material&#47;"
        case "newline":
            return f"&#{ord(text)};"
        case _:
            return f"\\{text}"


def _begun(line: str) -> str:
    """A line of text with an escape where it would begin a list, a heading or the like."""
    line = line.strip(" \t")
    if (len(line) - len(line.rstrip("\\"))) % 2:
        line += "\\"
    match = LINE_BEGIN.match(line)
    if not match:
        return line
    number = match["number"] or ""
    return f"{number}\\{line[len(number) :]}"


def _paragraph(text: str) -> str:
    """The lines of a paragraph, none of which begins anything else."""
    lines: list[str] = []
    for line in text.split("\n"):
        begun = _begun(line.removesuffix(BREAK[0]))
        if begun or (line and lines):
            lines.append(begun + ("\\" if line.endswith(BREAK[0]) else ""))
    while lines and lines[-1] == "\\":
        lines.pop()
    if lines and text.endswith(BREAK):
        lines[-1] = lines[-1].removesuffix("\\")
    return "\n".join(lines)


def _in_brackets(address: str) -> str:
    return re.sub(r"[<>\\]|&(?=#?\w+;)", r"\\\g<0>", address).replace(ICON, HIDDEN_ICON)


def fetches(diagram: str) -> bool:
    """Whether drawing a Mermaid diagram could ask another server for something."""
    return bool(FETCHING.search(re.sub(r"\s", "", diagram)))


class _MarkdownWriter:
    def __init__(self, source: list[str], link: Link | None, line_end: str) -> None:
        self._source = source
        self._link = link
        self._line_end = line_end

    def blocks(self, nodes: Sequence[SyntaxTreeNode], *, tight: bool = False) -> str:
        blocks = [(node, text) for node in nodes if (text := self._block(node))]
        result = ""
        for node, text in blocks:
            close = tight and node.type != "table"
            result += ("\n" if close else "\n\n") + text if result else text
        return result

    def _block(self, node: SyntaxTreeNode) -> str:
        match node.type:
            case "paragraph":
                return _paragraph(self._inline(node))
            case "heading":
                text = self._inline(node).replace(BREAK, " ").replace("\n", " ")
                text = re.sub(r"(^|\s)(#+)$", r"\1\\\2", text.strip(" \t"))
                return f"{'#' * int(node.tag[1])} {text}".rstrip()
            case "bullet_list" | "ordered_list":
                return self._list(node)
            case "blockquote":
                return _prefixed(self.blocks(node.children), "> ", "> ") or ">"
            case "fence" | "code_block":
                return self._code(node)
            case "formula_block":
                lines = [line for line in node.content.split("\n") if line.strip()]
                return _fenced("\n".join(lines), "$", 2)
            case "table":
                return self._table(node)
            case "hr":
                return "___"
        return ""

    def _list(self, node: SyntaxTreeNode) -> str:
        paragraphs = [c for item in node.children for c in item.children if c.type == "paragraph"]
        tight = all(paragraph.hidden for paragraph in paragraphs)
        number = int(node.attrs.get("start", 1))
        items = []
        for count, item in enumerate(node.children, number):
            marker = f"{count}{item.markup}" if node.type == "ordered_list" else item.markup
            text = self.blocks(item.children, tight=tight)
            if task := TASK.match(text):
                text = f"[{task[1]}]{text[task.end() :]}"
            items.append(_prefixed(text, f"{marker} ", " " * (len(marker) + 1)) or marker)
        return ("\n" if tight else "\n\n").join(items)

    def _code(self, node: SyntaxTreeNode) -> str:
        match = LANGUAGE.match(node.info.strip()) if node.type == "fence" else None
        language = match[0] if match else ""
        text = node.content.removesuffix("\n")
        if language.lower() == "math":
            language = "latex"  # or it would be drawn where there is a formula beside it
        if not MERMAID.match(language):
            return _fenced(text, "`", 3, language)
        if fetches(text) or not is_closed(self._source, node.map, node.markup):
            return _fenced(text, "`", 3)
        # The source stands below the diagram, hidden (shell.css) unless that can't be drawn.
        return f"{_fenced(text, '`', 3, 'mermaid')}\n\n{_fenced(text, '`', 3)}"

    def _table(self, node: SyntaxTreeNode) -> str:
        head, *body = [row for part in node.children for row in part.children]
        titles = [" ".join(lines) for lines in map(self._cell, head.children)]
        style = {"left": ":--", "right": "--:", "center": ":-:"}
        aligned = [str(c.attrs.get("style", "")).partition("text-align:")[2] for c in head.children]
        rows = [titles, [style.get(one, "---") for one in aligned]]
        for row in body:
            cells = [self._cell(cell) for cell in row.children]
            for number in range(max(map(len, cells), default=1)):
                rows.append([cell[number] if number < len(cell) else "" for cell in cells])
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)

    def _cell(self, cell: SyntaxTreeNode) -> list[str]:
        """The lines of a cell. A Markdown table knows no line breaks: each gets a row."""
        text = self._inline(cell, in_table=True)
        return [line.strip(" \t").replace("|", "\\|") for line in text.split(BREAK)]

    def _inline(self, node: SyntaxTreeNode, *, in_table: bool = False) -> str:
        children = node.children[0].children if node.children else []
        return self._pieces(children, in_table=in_table)

    def _pieces(
        self, nodes: Sequence[SyntaxTreeNode], *, in_link: bool = False, in_table: bool = False
    ) -> str:
        result, last = "", ""
        for node in nodes:
            piece = self._piece(node, in_link=in_link, in_table=in_table)
            if piece.startswith("[") and result.endswith("!"):
                result = f"{result[:-1]}\\!"  # or the link would be a picture
            if _needs_cut(last, result, node.type, piece):
                result += CUT
            if not (node.type == "softbreak" and result.endswith("\n")):
                result += piece
            last = node.type
        return result

    def _piece(self, node: SyntaxTreeNode, *, in_link: bool, in_table: bool) -> str:
        def inside(*, link: bool = in_link) -> str:
            return self._pieces(node.children, in_link=link, in_table=in_table)

        match node.type:
            case "text":
                return escaped(node.content) if in_link else self._text(node.content)
            case "softbreak":
                return self._line_end
            case "hardbreak":
                return BREAK
            case "em" | "strong" | "s":
                text = inside()
                core = text.strip(f"{BREAK} \t")  # marks hold only beside words
                before, after = text.split(core, 1) if core else (text, "")
                return f"{before}{node.markup}{core}{node.markup}{after}" if core else text
            case "code_inline":
                return _code_span(node.content)
            case "formula":
                return _formula(node, in_table=in_table)
            case "link" if not in_link:
                return _link(inside(link=True), node)
            case "link":
                return inside()
            case "image":
                alt = inside(link=True).replace(BREAK, " ").replace("\n", " ") or "image"
                return alt if in_link else _link(alt, node, "src")
        return ""

    def _text(self, text: str) -> str:
        result, at = "", 0
        for start, end, address in _links(text, self._link):
            before = escaped(text[at:start])
            before = f"{before[:-1]}\\!" if before.endswith("!") else before
            result += f"{before}[{escaped(text[start:end])}]({address})"
            at = end
        return result + escaped(text[at:])


def _needs_cut(last: str, before: str, kind: str, after: str) -> bool:
    """Whether two pieces side by side would not be read as what they are.

    Two formulas would be one. Marks of emphasis between a letter and what isn't one (as an address
    becomes, in its brackets) would be characters: CommonMark 6.2.
    """
    if last == kind == "formula":
        return True
    opens = kind in EMPHASIS and before[-1:].isalnum() and not after.lstrip("*_~")[:1].isalnum()
    closes = last in EMPHASIS and after[:1].isalnum() and not before.rstrip("*_~")[-1:].isalnum()
    return opens or closes


def _links(text: str, link: Link | None) -> Iterator[tuple[int, int, str]]:
    """What text refers to: addresses that begin with `www.`, and what `link` finds beside them."""
    at = 0
    for match in [*WWW.finditer(text), None]:
        start = match.start() if match else len(text)
        for begin, end, address in link(text[at:start]) if link else ():
            yield at + begin, at + end, address
        if match:
            yield *match.span(), f"<http://{_in_brackets(match[0])}>"
            at = match.end()


def _prefixed(text: str, first: str, others: str) -> str:
    """Lines with something before each; an empty text stays empty."""
    if not text:
        return ""
    begin, *rest = text.split("\n")
    return "\n".join(
        [first + begin, *(others + line if line else others.rstrip() for line in rest)]
    )


def _fenced(text: str, mark: str, least: int, language: str = "") -> str:
    runs = re.findall(re.escape(mark) + "+", text)
    fence = mark * max(least, *(len(run) + 1 for run in runs), 0)
    return f"{fence}{language}\n{text}\n{fence}"


def _code_span(text: str) -> str:
    if ICON in text:  # which Streamlit replaces in code as well
        before, after = text.split(ICON, 1)
        return f"{_code_span(f'{before}:material')}{CUT}{_code_span(f'/{after}')}"
    runs = {len(run) for run in re.findall("`+", text)}
    marks = "`" * next(n for n in range(1, len(runs) + 2) if n not in runs)
    padded = text.startswith("`") or text.endswith("`")
    padded |= text.startswith(" ") and text.endswith(" ") and bool(text.strip())
    return f"{marks} {text} {marks}" if padded else f"{marks}{text}{marks}"


def _formula(node: SyntaxTreeNode, *, in_table: bool) -> str:
    text = node.content.strip()
    if in_table:  # a bar would end the cell
        text = text.replace("\\|", "\\Vert ").replace("|", "\\vert ")
    if node.markup in {"\\[", "$$"}:
        text = f"\\displaystyle {text}"
    dollars = "$" * max(2, *(len(run) + 1 for run in re.findall(r"\$+", text)), 0)
    pad = " " if "$" in {text[:1], text[-1:]} else ""
    return f"{dollars}{pad}{text}{pad}{dollars}"


def _link(text: str, node: SyntaxTreeNode, attribute: str = "href") -> str:
    address, title = str(node.attrs.get(attribute, "")), str(node.attrs.get("title", ""))
    if attribute == "src" and address.lower().startswith("data:"):
        return text
    plain = AUTOLINK.fullmatch(address) and ICON not in address and not re.search(EMOJI, address)
    if plain and text == escaped(address) and not title:
        return f"<{address}>"
    if not SIMPLE_ADDRESS.fullmatch(address):
        address = f"<{_in_brackets(address)}>".replace("\n", "")
    title = re.sub(r"[\"\\]|&(?=#?\w+;)", r"\\\g<0>", " ".join(title.split()))
    title = f' "{title}"' if title else ""
    target = f"{address}{title}".replace(ICON, HIDDEN_ICON)
    return f"[{text}]({target})"
