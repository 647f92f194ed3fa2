"""The characters that Streamlit shows are those that were written, whatever a text holds."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from components.markdown.literal import literal
from components.markdown.markdown import Splitter, shown
from components.markdown.reading import read
from tests.streamlit_markdown import seen, shown_text

INPUTS = Path(__file__).parents[1] / "inputs" / "render"
EXAMPLES: list[str] = json.loads((INPUTS / "commonmark.json").read_text("utf-8"))["examples"]
ANSWERS = {path.name: path.read_text("utf-8") for path in sorted(INPUTS.glob("*.md"))}
FORMULA_WORDS = re.compile(r"\\displaystyle |\\d?vert ")
BITS = [
    *("a ", "word ", "b", "é", "\n", "\n\n", "- ", "1. ", "> ", "# ", "`", "``", "```\n", "*"),
    *("**", "_", "__", "~", "~~", "$", "$5 ", "$x$ ", "\\", "\\(", "\\)", "\\[ ", "\\]", "[", "]("),
    *("(u)", ")", "![", "<", "<b>", ">", "| a | b |\n|---|---|\n", "---", "===", "::", ":red[x]"),
    *(":smile:", " -> ", "--", " -- ", "<-", "http://a.b/c_d", "www.x.y/a~b ", "&amp;", "&#42;"),
    *("    ", "\t", "[r]: http://x\n", "{x}", "!", "  \n", "1)", "+", "=", "10:30:ab", "~="),
]


def plain(text: str) -> str:
    return "".join(FORMULA_WORDS.sub("", text).split())


@pytest.mark.parametrize("number", range(0, len(EXAMPLES), 25))
def test_examples_of_the_specification(number: int) -> None:
    for text in EXAMPLES[number : number + 25]:
        assert plain(shown_text(shown(text))) == plain(seen(read(text))), text


def test_without_formulas_the_text_is_read_as_the_specification_has_it() -> None:
    standard = MarkdownIt("commonmark", {"html": False})
    for text in EXAMPLES:
        assert plain(seen(read(text))) == plain(seen(standard.parse(text))), text


@pytest.mark.parametrize("name", [n for n in ANSWERS if n not in {"render2.md", "mermaid_bad.md"}])
def test_answers(name: str) -> None:
    """(The other two have a diagram, whose source is there twice, and `<br>` in a table.)"""
    assert plain(shown_text(shown(ANSWERS[name]))) == plain(seen(read(ANSWERS[name])))


@given(st.lists(st.sampled_from(BITS), max_size=14).map("".join))
def test_any_mixture(text: str) -> None:
    assert plain(shown_text(shown(text))) == plain(seen(read(text)))


@given(st.lists(st.sampled_from(BITS), max_size=14).map("".join) | st.text())
def test_what_is_no_markdown_is_not_read_as_any(text: str) -> None:
    text = re.sub("[\u202a-\u202e\u2066-\u2069\0\ufdd0-\ufdd2]", "", text)
    assert plain(shown_text(literal(text))) == plain(text)


@pytest.mark.parametrize("name", ANSWERS)
def test_pieces_show_the_same_as_the_whole(name: str) -> None:
    """As far as nothing is defined for the whole; that is the drawer's to see to."""
    text = re.sub(r"^\[.*\]: http.*\n?", "", ANSWERS[name], flags=re.MULTILINE)
    splitter = Splitter()
    blocks = [block for piece in re.findall(r"(?s).{1,7}", text) for block in splitter.feed(piece)]
    pieces = "\n\n".join(shown(block) for block in [*blocks, splitter.open])
    assert shown_text(pieces) == shown_text(shown(text))


def test_no_invisible_character_is_added() -> None:
    for text in [*EXAMPLES, *ANSWERS.values()]:
        added = set(shown(text)) - set(unescape(text)) - {"\ufffd"}
        assert all(character.isascii() for character in added), text
