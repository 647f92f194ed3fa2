"""What a model's Markdown says: CommonMark with tables, `~~`, addresses, formulas and `<br>`.

markdown-it-py parses it; here is what is not CommonMark. HTML and footnotes are text. A formula is
`$...$`, `$$...$$`, `\\(...\\)` or `\\[...\\]`, and two prices in one paragraph are none.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from markdown_it import MarkdownIt, helpers
from markdown_it.common.utils import normalizeReference
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import reference as reference_definition
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

DEEPEST = 60  # blocks in each other; more would end in Python's limit on recursion
MOST_SOUGHT = 300_000  # characters
SOUGHT = "sought"  # of the environment of a text
LONGEST_FORMULA = 40  # lines
FORMULAS = {"$$": "$$", "\\[": "\\]"}  # on lines of their own: what begins and ends them
FENCE = re.compile(r"(`{3,}(?=[^`]*$)|~{3,})[ \t]*(.*)")
DOCUMENT = re.compile(r"(?:markdown|md)\b", re.IGNORECASE)
TEX = re.compile(r"[\\^_={}<>+*/|]")
WORD = re.compile(r"[^\W\d_]{3,}")
DOLLARS = re.compile(r"\$(?![\s$])((?:\\.|[^$\\])*?)(?<!\s)\$(?![\d$])", re.DOTALL)
TWO_DOLLARS = re.compile(r"\$\$(?!\$)((?:\\.|[^\\])+?)\$\$(?!\$)", re.DOTALL)
ENDINGS = {"\\(": "\\)", "\\[": "\\]"}
LONGEST_INLINE = 2000  # characters of a formula within a line
DEFINITION = re.compile(r" {0,3}\[(?!\^)[^\[\]\n]+\]:[ \t]*\S")
LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
SCHEME = re.compile(r"(?:^|[^A-Za-z])(https?)$", re.IGNORECASE)
ADDRESS = re.compile(r"://[^\s<>`\\\ufdd0\ufdd1。，、；：！？（）「」『』【】《》]+")
WITHIN_A_LINE = ("backticks", "link", "image", "autolink", "formula", "address")  # rules
AFTER_ADDRESS = re.compile(r"(?:[?!.,:;*_~'\"]|&\w+;)+$")


def read(text: str) -> list[Token]:
    """The tokens of a text."""
    return _parser().parse(text)


def definitions(text: str) -> list[str]:
    """The lines of a text that define where its links lead, `[name]: address`."""
    lines = [line for line in text.split("\n") if DEFINITION.match(line)]
    if not lines:
        return []
    env: dict[str, Any] = {}
    _parser().parse(text, env)
    return [line for line in lines if _name(line) in env.get("references", {})]


def _name(definition: str) -> str:
    return normalizeReference(definition.partition("[")[2].partition("]:")[0])


def read_with_places(text: str) -> list[Token]:
    """The tokens of a text; code, links and formulas within a line have `meta["place"]`.

    That is where they begin and end in their inline token's content.
    """
    return _parser(placing=True).parse(text)


@cache
def _parser(*, placing: bool = False) -> MarkdownIt:
    parser = _Parser("commonmark", {"html": False, "maxNesting": DEEPEST})
    seek_less(parser)
    parser.enable(["table", "strikethrough"])
    block, inline = parser.block.ruler, parser.inline.ruler
    interrupting: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    block.before("fence", "document", _document, interrupting)
    block.before("fence", "formula", _formula_block, interrupting)
    block.at("reference", _reference)
    inline.before("escape", "formula", _formula)
    inline.before("html_inline", "line_break", _line_break)
    inline.before("linkify", "address", _address)
    if placing:
        rules = {rule.name: rule.fn for rule in inline.__rules__}
        for name in WITHIN_A_LINE:
            inline.at(name, _placed(rules[name]))
    return parser


def _placed(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """The rule, noting in its last token where it applied."""

    def placed(state: StateInline, silent: bool) -> bool:
        start, count = state.pos, len(state.tokens)
        applies = rule(state, silent)
        if applies and len(state.tokens) > count:
            state.tokens[-1].meta.setdefault("place", (start, state.pos))
        return applies

    return placed


def _link_label(state: StateInline, start: int, disable_nested: bool = False) -> int:
    """Where the label of a link ends that begins at `start`; -1 where none does.

    Each `[` without a `]` is looked for to the end of its paragraph: thousands of them, which a
    model that repeats itself writes, would take minutes. After `MOST_SOUGHT` characters that were
    looked through in vain they are text.
    """
    sought = state.env.get(SOUGHT, 0)
    if sought > MOST_SOUGHT or state.src.find("]", start) < 0:
        return -1
    end = helpers.parseLinkLabel(state, start, disable_nested)
    if end < 0:
        state.env[SOUGHT] = sought + state.posMax - start
    return end


class _LinkHelpers:
    """The functions that the rules of links use."""

    parseLinkLabel = staticmethod(_link_label)  # noqa: N815
    parseLinkDestination = staticmethod(helpers.parseLinkDestination)  # noqa: N815
    parseLinkTitle = staticmethod(helpers.parseLinkTitle)  # noqa: N815


def seek_less(parser: MarkdownIt) -> None:
    """Have a parser give up after `MOST_SOUGHT` characters; see `_link_label`."""
    parser.helpers = _LinkHelpers  # pyright: ignore[reportAttributeAccessIssue]


class _Parser(MarkdownIt):
    """Leaves addresses as they were written."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        return link


class Fence:
    """Code that was opened by a line of backticks or tildes.

    In one that holds a Markdown document, the fences inside it come in pairs: a model that writes
    a README rarely makes the outer fence longer, as CommonMark wants it.
    """

    def __init__(self, marker: str, info: str) -> None:
        self.marker = marker
        self._document = bool(DOCUMENT.match(info))
        self._inside = 0

    @classmethod
    def opened_by(cls, line: str) -> "Fence | None":
        """The code that a line (without its indent) opens, if it does."""
        match = FENCE.fullmatch(line)
        return cls(match[1], match[2]) if match else None

    @property
    def is_document(self) -> bool:
        return self._document

    def closed_by(self, line: str) -> bool:
        """Take the next line, without its indent; whether the code ends with it."""
        match = FENCE.fullmatch(line)
        if not match or not match[1].startswith(self.marker):
            return False
        if match[2].strip():
            self._inside += self._document
            return False
        if self._inside:
            self._inside -= 1
            return False
        return True


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].rstrip()


def _document(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A fence around a Markdown document."""
    fence = None if state.is_code_block(start) else Fence.opened_by(_line(state, start))
    if fence is None or not fence.is_document:
        return False
    if silent:
        return True
    closed, line = False, start + 1
    while line < end and not closed:
        if _line(state, line) and state.sCount[line] < state.blkIndent:
            break
        closed = not state.is_code_block(line) and fence.closed_by(_line(state, line))
        line += 1
    token = state.push("fence", "code", 0)
    token.info, token.markup, token.map = "markdown", fence.marker, [start, line]
    token.content = state.getLines(start + 1, line - closed, state.sCount[start], True)
    state.line = line
    return True


def _formula_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A formula on lines of its own."""
    first = _line(state, start)
    closing = FORMULAS.get(first[:2])
    if closing is None or state.is_code_block(start):
        return False
    lines: list[str] = []
    for number in range(start, min(end, start + LONGEST_FORMULA)):
        line = _line(state, number)[2 if number == start else 0 :]
        if line and state.sCount[number] < state.blkIndent:
            return False
        body, closed, rest = line.partition(closing)
        lines.append(body.strip())
        if not closed:
            continue
        if rest.strip(" .,;:") or not "".join(lines).strip():
            return False
        if not silent:
            token = state.push("formula_block", "", 0)
            token.content = "\n".join([*lines, rest.strip()])
            token.map, state.line = [start, number + 1], number + 1
        return True
    return False


def _reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A definition of a link's address; one of a footnote stays text."""
    if _line(state, start).startswith("[^"):
        return False
    return reference_definition(state, start, end, silent)


def _formula(state: StateInline, silent: bool) -> bool:
    content, end = _formula_at(state.src, state.pos)
    if not content.strip() or end > state.posMax or _is_prose(content):
        return False
    if not silent:
        token = state.push("formula", "", 0)
        token.content, token.markup = " ".join(content.split()), state.src[state.pos :][:2]
    state.pos = end
    return True


def _formula_at(text: str, at: int) -> tuple[str, int]:
    """The formula that begins here, and where it ends; an empty one where there is none."""
    none, before, opening = ("", at), text[at - 1 : at], text[at : at + 2]
    if opening in ENDINGS:
        end = text.find(ENDINGS[opening], at + 2, at + LONGEST_INLINE)
        content = text[at + 2 : end] if end > 0 else ""
        if opening == "\\[" and content:
            inside_word = before and not before.isspace()
            is_text = not (content[0].isspace() or TEX.search(content))
            if inside_word or is_text or text.startswith("(", end + 2):
                return none
        return content, end + 2
    if opening == "$$":
        match = TWO_DOLLARS.match(text, at)
        return (match[1], match.end()) if match else none
    if opening[:1] != "$" or before.isalnum() or before == "$":
        return none
    match = DOLLARS.match(text, at)
    return (match[1], match.end()) if match and not _is_money(match[1]) else none


def _is_prose(content: str) -> bool:
    return not TEX.search(content) and len(WORD.findall(content)) > 1


def _is_money(content: str) -> bool:
    """Whether what stands between two dollars is more likely a price, or a variable of a shell."""
    if content[-1] in '/:([{"=':
        return True
    words = re.search(r"\s[^\W\d_]{2,}", content)
    return content[0].isdigit() and bool(words) and not TEX.search(content.replace("/", ""))


def _line_break(state: StateInline, silent: bool) -> bool:
    match = LINE_BREAK.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        state.push("hardbreak", "br", 0)
    state.pos = match.end()
    return True


def _address(state: StateInline, silent: bool) -> bool:
    """`https://...` in running text (GFM 6.9), without what belongs to the sentence."""
    if state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    scheme = SCHEME.search(state.pending)
    match = ADDRESS.match(state.src, state.pos, state.posMax)
    if not scheme or not match:
        return False
    rest = _without_end(match[0])
    if len(rest) <= len("://"):
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme[1])]
        state.push("link_open", "a", 1).attrs = {"href": scheme[1] + rest}
        state.push("text", "", 0).content = scheme[1] + rest
        place = state.pos - len(scheme[1]), state.pos + len(rest)
        state.push("link_close", "a", -1).meta = {"place": place}
    state.pos += len(rest)
    return True


def _without_end(address: str) -> str:
    while True:
        shorter = AFTER_ADDRESS.sub("", address)
        for opening, closing in ("()", "[]"):
            if shorter.endswith(closing) and shorter.count(closing) > shorter.count(opening):
                shorter = shorter[:-1]
        if shorter == address:
            return address
        address = shorter
