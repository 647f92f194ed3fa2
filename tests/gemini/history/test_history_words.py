"""Text made searchable: what the index has, and what a search asks of it."""

import pytest

from gemini.history import search


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The quick, quick fox.", "fox quick the"),
        ("Über Straße ﬁn", "fin strasse uber"),
        ("internationalization", "internat"),
        ("generate_content(gemini-2.5)", "2 5 content gemini generate"),
        ("東京タワー", "タ ワ ー 京 東"),
        ("", ""),
    ],
)
def test_index_has_folded_words_cut_short_and_scripts_without_spaces_by_letter(
    text: str, expected: str
) -> None:
    assert sorted(search.index_words(text).split()) == sorted(expected.split())


def test_index_stays_within_what_postgresql_can_take() -> None:
    text = " ".join(f"w{n}" for n in range(40_000))
    assert len(search.index_words(text).split()) == search.MOST_WORDS


def test_a_short_word_is_left_to_the_index() -> None:
    assert search.terms_of("Sky") == [search.Term(("sky",), "sky", exact=False)]


@pytest.mark.parametrize(
    ("query", "looked_up", "text"),
    [
        ('"Blue  Sky"', ("blue", "sky"), "blue sky"),
        ("gemini-2.5", ("gemini", "2", "5"), "gemini-2.5"),
        ("internationalization", ("internat",), "internationalization"),
        ("C++", ("c",), "c++"),
        ("->", (), "->"),
        ("東京", ("東", "京"), "東京"),
        ('"left open', ("left", "open"), "left open"),
    ],
)
def test_what_the_index_cannot_tell_is_looked_for_in_the_text(
    query: str, looked_up: tuple[str, ...], text: str
) -> None:
    assert search.terms_of(query) == [search.Term(looked_up, text, exact=True)]


@pytest.mark.parametrize("query", ["", "  ", '"', '""'])
def test_nothing_asked_is_no_terms(query: str) -> None:
    assert search.terms_of(query) == []


def test_of_a_text_pasted_in_the_beginning_is_asked_for() -> None:
    assert len(search.terms_of("word " * 10_000)) == search.LONGEST_QUERY // len("word ")


def test_an_excerpt_is_the_place_of_the_match_on_one_line() -> None:
    text = "start " * 100 + "here\nis the NEEDLE in it " + "end " * 100
    shown = search.excerpt(text, search.terms_of("needle"))
    assert "here is the NEEDLE in it" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) <= search.EXCERPT + 2


def test_an_excerpt_of_a_text_without_the_term_is_its_beginning() -> None:
    assert search.excerpt("Only this", search.terms_of("needle")) == "Only this"
