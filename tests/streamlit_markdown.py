"""What Streamlit's front end (1.67) shows of Markdown, as far as characters go, for tests.

It is remark with GFM, directives, formulas, emoji and replaced symbols. HTML is shown as text.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

SYMBOLS = {"<->": "↔", "->": "→", "<-": "←", "--": "—", ">=": "≥", "<=": "≤", "~=": "≈"}
SYMBOL = re.compile(rf"(?<!\S)({'|'.join(map(re.escape, SYMBOLS))})(?!\S)")
SHORTCODE = re.compile(
    r":(?:streamlit|material_\w+|[+\w-]*[a-z][+\w-]*|100|1234|\+1|-1):", re.ASCII
)
DIRECTIVE = re.compile(r":(?!:)([^\W_](?:[\w-]*[^\W_])?)(\[[^\[\]]*\])?(\{[^{}]*\})?")
CLOSED_FORMULA = re.compile(r"(?P<d>\$+)(?!\$)(.+?)(?<!\$)(?P=d)(?!\$)", re.DOTALL)


def _directive(state: StateInline, silent: bool) -> bool:
    found = DIRECTIVE.match(state.src, state.pos, state.posMax)
    escaped = state.src[: state.pos].endswith("\\:")
    if not found or (state.src[state.pos - 1 : state.pos] == ":" and not escaped):
        return False
    if not silent:
        token = state.push("directive", "", 0)
        token.content = "" if found[0] == ":small[]" else f":{found[1]}"
    state.pos = found.end()
    return True


def _tilde(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "~" or state.src.startswith("~~", state.pos):
        return False
    if not silent:
        state.push("directive", "", 0).content = "<deleted>"
    state.pos += 1
    return True


def _formula(state: StateInline, silent: bool) -> bool:
    found = CLOSED_FORMULA.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        state.push("formula", "", 0).content = found[2]
    state.pos = found.end()
    return True


def _formula_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    lines = [
        state.src[state.bMarks[n] + state.tShift[n] : state.eMarks[n]] for n in range(start, end)
    ]
    if lines[0] != "$$" or state.is_code_block(start):
        return False
    if silent:
        return True
    last = lines.index("$$", 1) if "$$" in lines[1:] else len(lines)
    state.push("formula_block", "", 0).content = "\n".join(lines[1:last])
    state.line = start + last + 1
    return True


def parser() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"maxNesting": 60}).enable(["table", "strikethrough"])
    made.block.ruler.before(
        "fence",
        "formula",
        _formula_block,
        {"alt": ["paragraph", "reference", "blockquote", "list"]},
    )
    made.inline.ruler.before("strikethrough", "tilde", _tilde)
    made.inline.ruler.before("escape", "formula", _formula)
    made.inline.ruler.before("linkify", "directive", _directive)
    made.inline.add_terminator_char("$") if hasattr(made.inline, "add_terminator_char") else None
    return made


def shown_text(markdown: str) -> str:
    """The characters that are seen, with runs of blanks as one; pictures as `<picture>`."""
    tokens = parser().parse(markdown.replace(":material/", ":material_"))
    return seen(tokens, replaced=True)


def seen(tokens: list[Token], *, replaced: bool = False) -> str:
    """The characters of tokens that are seen. `replaced` does to them what Streamlit does."""
    words: list[str] = []
    for token in tokens:
        if token.type == "inline":
            words.append(_inline(token.children or [], replaced=replaced))
        elif token.type.startswith("formula"):
            words.append(" ".join(line for line in token.content.split("\n") if line.strip()))
        elif token.content:
            words.append(token.content)
    return " ".join(" ".join(words).split())


def _inline(tokens: list[Token], *, replaced: bool) -> str:
    result = ""
    in_link = 0
    text = ""
    for token in [*tokens, Token("end", "", 0)]:
        if token.type in {"text", "softbreak", "text_special"}:
            text += token.content or ("\n" if token.type == "softbreak" else "")
            continue
        if replaced and not in_link:
            text = SYMBOL.sub(lambda m: SYMBOLS[m[1]], text)
        result += SHORTCODE.sub("<icon>", text) if replaced else text
        text = ""
        in_link += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type == "image":
            alt = _inline(token.children or [], replaced=False)
            result += "<picture>" if replaced else (alt.strip() or "image")
        elif token.type == "hardbreak":
            result += "\n"
        else:
            result += token.content
    return result
