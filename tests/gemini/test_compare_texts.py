"""Two texts word by word."""

from hypothesis import given
from hypothesis import strategies as st

from gemini.compare import MOST_WORDS, Piece, is_cut, lines, word_diff

TEXT = st.lists(st.sampled_from(["a", "b", "c", "a,", "\n", "\n\n", "  "])).map(" ".join)


def test_what_was_removed_and_added_is_told_from_what_stayed() -> None:
    assert word_diff("The cat sat down.", "The dog sat down there.") == [
        Piece("same", "The "),
        Piece("removed", "cat "),
        Piece("added", "dog "),
        Piece("same", "sat "),
        Piece("removed", "down. "),
        Piece("added", "down there."),
    ]


def test_equal_texts_are_one_piece_and_spaces_do_not_count() -> None:
    assert word_diff("a b", "a\n\nb") == [Piece("same", "a\n\nb")]
    assert word_diff("", "") == []


@given(TEXT, TEXT)
def test_each_text_can_be_read_in_the_pieces(one: str, other: str) -> None:
    pieces = word_diff(one, other)
    kept = {
        kind: "".join(p.text + " " for p in pieces if p.kind in ("same", kind)).split()
        for kind in ("removed", "added")
    }
    assert kept == {"removed": one.split(), "added": other.split()}


def test_what_came_in_the_place_of_something_is_on_its_line() -> None:
    assert word_diff("a b\n\nc", "a d\n\nc") == [
        Piece("same", "a "),
        Piece("removed", "b "),
        Piece("added", "d\n\n"),
        Piece("same", "c"),
    ]


def test_pieces_are_drawn_line_by_line() -> None:
    pieces = [Piece("same", "a b\n\n"), Piece("added", "c\nd\n")]
    assert list(lines(pieces)) == [
        [Piece("same", "a b")],
        [Piece("same", "")],
        [Piece("same", ""), Piece("added", "c")],
        [Piece("added", "d")],
    ]


def test_only_the_beginning_of_a_long_text_is_compared() -> None:
    long = "word " * (MOST_WORDS + 5)
    assert is_cut("short", long)
    assert not is_cut("word " * MOST_WORDS)
    assert len(word_diff(long, long)[0].text.split()) == MOST_WORDS
