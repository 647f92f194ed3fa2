"""Text of a model is shown as written, and cut the same however it arrives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.answers.markdown import WORD_JOINER, Splitter, shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It costs $5 or $6.", r"It costs \$5 or \$6."),
        (r"Already \$5", r"Already \$5"),
        ("`$HOME` and $HOME", r"`$HOME` and \$HOME"),
        ("```sh\necho $HOME -> x\n```\n$1", "```sh\necho $HOME -> x\n```\n\\$1"),
        ("~~~\n$1\n```\n$2\n~~~", "~~~\n$1\n```\n$2\n~~~"),
        ("![secret](http://evil/?q=1)", "[secret](http://evil/?q=1)"),
        ("![](http://evil)", "[image](http://evil)"),
        (":red[text]", r"\:red[text]"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "| a | b |\n|---|---|\n| 1 | 2 |"),
        ("at 10:30:45", "at 10:30:45"),
        ("[link](https://x.example)", "[link](https://x.example)"),
    ],
)
def test_shown_as_written(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize("symbol", ["->", "<-", "<->", "--", "a >= b", "a <= b", ":smile:"])
def test_symbols_are_kept_apart_but_not_changed(symbol: str) -> None:
    result = shown(f"x {symbol} y")
    assert result != f"x {symbol} y"
    assert result.replace(WORD_JOINER, "") == f"x {symbol} y"


@given(st.text())
def test_any_text_can_be_shown(text: str) -> None:
    assert isinstance(shown(text), str)


def split(*chunks: str) -> list[str]:
    splitter = Splitter()
    done = [block for chunk in chunks for block in splitter.feed(chunk)]
    return [*done, splitter.open] if splitter.open else done


def test_paragraphs_are_blocks() -> None:
    assert split("One.\n\nTwo\nlines.\n\n\nThree.") == ["One.", "Two\nlines.", "Three."]


def test_a_paragraph_is_closed_as_soon_as_the_next_begins() -> None:
    splitter = Splitter()
    assert splitter.feed("One.\n\n") == []
    assert splitter.feed("T") == ["One."]
    assert splitter.open == "T"


def test_code_and_lists_stay_whole() -> None:
    code = "```py\na = 1\n\nb = 2\n```"
    numbered = "1. one\n\n2. two\n\n   still two\n\n3. three"
    assert split(f"Code:\n\n{code}\n\nList:\n\n{numbered}\n\nEnd.") == [
        "Code:",
        code,
        "List:",
        numbered,
        "End.",
    ]


def test_a_long_list_is_cut_between_items() -> None:
    items = [f"- {'word ' * 60}{i}" for i in range(10)]
    blocks = split("\n\n".join(items))
    assert len(blocks) > 1
    assert "\n\n".join(blocks) == "\n\n".join(items)


PIECES = st.lists(
    st.sampled_from(
        ["a word ", "\n", "\n\n", "- item", "1. ", "1", "```", "```py\n", "    deep", "| x |", "#"]
    ),
    max_size=40,
)


@given(PIECES, st.data())
def test_chunking_makes_no_difference(pieces: list[str], data: st.DataObject) -> None:
    text = "".join(pieces)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    chunks = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert split(*chunks) == split(text)


@given(PIECES)
def test_nothing_is_lost(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert "".join(split(text)).replace("\n", "") == text.replace("\n", "")
