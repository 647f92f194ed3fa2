"""Numbers of sources stand where they are seen, and break no Markdown."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from components.answer.citations import CLOSE, MARK, NARROW_SPACE, OPEN, cited, linked, marked
from components.markdown.markdown import Splitter, shown
from gemini.grounding import Citation, Source, grounding
from gemini.request import text_of
from gemini.run import Candidate

SOURCES = [Source(1, "web", "A", "https://a.example/"), Source(2, "web", "B", None)]


def mark(text: str, piece: str) -> str:
    """The text with a caret where the number of what ends with `piece` goes."""
    with_marks = marked(text, [(text.index(piece) + len(piece), (1,))])
    return with_marks.replace(f"{OPEN}1{CLOSE}", "^")


@pytest.mark.parametrize(
    ("text", "piece", "expected"),
    [
        ("Spain won. Fun.", "Spain won.", "Spain won.^ Fun."),
        ("Spain won.\n\nFun.", "Spain won.\n\n", "Spain won.^\n\nFun."),
        ("It **won.** Fun", "won.", "It **won.**^ Fun"),
        ("It **won.** Fun", "won.*", "It **won.**^ Fun"),
        ("It **won. Big** fun", "It ", "It^ **won. Big** fun"),
        ("勝った。**大** きい", "勝った。", "勝った。^**大** きい"),
        ("* a *b* c\n* d *e* f", "d *e", "* a *b* c\n* d *e*^ f"),
        ("See [it](https://x.y/z) now", "https://x", "See [it](https://x.y/z)^ now"),
        ("See [it](https://x.y/z) now", "[it]", "See [it](https://x.y/z)^ now"),
        ("See https://x.y/z. Now", "https://x.y", "See https://x.y/z^. Now"),
        ("See [it] now\n\n[it]: https://x.y/z", "See [i", "See [it]^ now\n\n[it]: https://x.y/z"),
        ("> so $a + b$\n> is", "$a +", "> so $a + b$^\n> is"),
        ("Use `a b` now", "`a", "Use `a b`^ now"),
        (r"Cost \* 2", "Cost \\", r"Cost \*^ 2"),
        ("# Head\ntext", "# Head\n", "# Head^\ntext"),
        ("Head\n===\ntext", "==", "Head^\n===\ntext"),
        ("- one\n- two", "one\n-", "- one^\n- two"),
        ("a\n1. b", "a\n1.", "a^\n1. b"),
    ],
)
def test_beside_the_word_it_belongs_to(text: str, piece: str, expected: str) -> None:
    assert mark(text, piece) == expected


@pytest.mark.parametrize(
    ("text", "piece", "expected"),
    [
        ("A\n```py\na = 1\n```\nB", "a =", "A\n```py\na = 1\n```\nSource: ^\n\nB"),
        ("A\n```py\na = 1\n```", "```py", "A\n```py\na = 1\n```\nSource: ^\n"),
        ("> ~~~\n> x\n> ~~~\n> y", "> x", "> ~~~\n> x\n> ~~~\n> Source: ^\n\n> y"),
        ("- A\n  ```\n  x\n  ```\n- B", "  x", "- A\n  ```\n  x\n  ```\n  Source: ^\n\n- B"),
        ("A\n\n    code\n\nB", "code", "A\n\n    code\nSource: ^\n\n\nB"),
        ("- A\n\n    more of A\n\nB", "of A", "- A\n\n    more of A^\n\nB"),
        ("- ```\n  x\n  ```\n- B", "  x", "- ```\n  x\n  ```\n  Source: ^\n\n- B"),
        ("A\n$$\na = 1\n$$\nB", "a =", "A\n$$\na = 1\n$$\nSource: ^\n\nB"),
        ("A\n```py\nnever closed", "never", "A\n```py\nnever closed"),
    ],
)
def test_code_is_left_whole(text: str, piece: str, expected: str) -> None:
    assert mark(text, piece) == expected


TABLE = "| a | b |\n|---|---|\n| 1 | 2 |"


@pytest.mark.parametrize(
    ("piece", "expected"),
    [
        ("| 1 | 2 |", "| a | b |\n|---|---|\n| 1 | 2^ |"),
        ("| 1 |", "| a | b |\n|---|---|\n| 1^ | 2 |"),
        ("|---|--", "| a | b^ |\n|---|---|\n| 1 | 2 |"),
    ],
)
def test_in_a_table_it_stays_in_the_cell(piece: str, expected: str) -> None:
    assert mark(TABLE, piece) == expected


def test_numbers_meet_in_order() -> None:
    with_marks = marked("One. ", [(4, (3, 1)), (5, (2, 1))])
    assert MARK.findall(with_marks) == ["1", "2", "3"]


def test_numbers_lead_to_their_sources() -> None:
    parts = cited([{"text": "It costs "}, {"text": "$5."}], [Citation(0, 12, (1, 2, 9))])
    text = linked(shown(parts[0]["text"]), SOURCES)
    assert text == (rf"It costs \$5.:small[{NARROW_SPACE}[\[1\]](https://a.example/)]:small[\[2\]]")


TEXT = st.text(
    st.sampled_from(list("ab. \n`*_~|#->[](){}!\\é🏆1:")) | st.characters(codec="utf-8"),
    max_size=60,
)


@given(TEXT, st.lists(st.tuples(st.integers(0, 70), st.just((1, 2))), max_size=5))
@example("\t0", [(2, (1, 2))])  # of code the sources stand below, with a word
def test_nothing_else_changes(text: str, places: list[tuple[int, tuple[int, ...]]]) -> None:
    with_marks = marked(text, places)
    characters = [
        c for c in MARK.sub("", with_marks).replace("Source: ", "") if not c.isspace() and c != ">"
    ]
    assert characters == [c for c in text if not c.isspace() and c != ">"]
    assert isinstance(linked(shown(with_marks), SOURCES), str)


@given(TEXT, st.integers(0, 70))
def test_blocks_hold_whole_marks(text: str, at: int) -> None:
    splitter = Splitter()
    blocks = [*splitter.feed(marked(text, [(at, (1,))])), splitter.open]
    assert all(OPEN not in MARK.sub("", block) for block in blocks)


def test_offsets_are_bytes_of_utf8() -> None:
    text = "Über Köln 🌧️ fällt Regen. Es ist kühl."
    data = text.encode()
    first, cloud = data.index(b".") + 1, data.index("🌧️".encode())
    segments = [
        ({"end_index": cloud + 2}, [1]),  # in the middle of the emoji
        ({"end_index": first}, [0]),
        ({"start_index": first + 1, "end_index": len(data), "text": "Es ist kühl."}, [0, 1]),
    ]
    chunks = [{"web": {"uri": f"https://{name}.example", "title": name}} for name in "ab"]
    supports = [{"segment": s, "grounding_chunk_indices": n} for s, n in segments]
    about = {"grounding_chunks": chunks, "grounding_supports": supports}
    parts = [{"text": text[:7]}, {"text": text[7:]}]
    citations = grounding(Candidate(parts=parts, metadata={"grounding_metadata": about})).citations
    shown_text = text_of(cited(parts, citations)).replace(OPEN, "<").replace(CLOSE, ">")
    assert shown_text == "Über Köln<2> 🌧️ fällt Regen.<1> Es ist kühl.<1><2>"
