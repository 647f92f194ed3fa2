"""Sentences are cut where they end, and the right ones are chosen."""

import pytest

from emulator.engines import passages
from emulator.engines.passages import LONGEST, Passage, best, sentences, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("Dr. Ruth came at 3.15 p.m. on Monday. She left.", None),
        ("It cost 4.2 million. Why?", ["It cost 4.2 million.", "Why?"]),
        ("See fig. 3 and J. Smith, e.g. here. Done.", None),
        ('He said "Stop." Then he left.', ['He said "Stop.', "Then he left."]),
        ("行きます。はい。", ["行きます。", "はい。"]),
        ("broken\nover   lines.", ["broken over lines."]),
        ("", []),
    ],
)
def test_sentences_end_where_they_end(text: str, expected: list[str] | None) -> None:
    found = sentences(text)
    if expected is None:
        assert len(found) == 2
        assert " ".join(found) == text
    else:
        assert found == expected


def test_an_endless_sentence_is_cut_at_spaces() -> None:
    parts = sentences("word " * 1000)
    assert all(len(part) <= LONGEST for part in parts)
    assert " ".join(parts).split() == ["word"] * 1000


def pages(*texts: str) -> list[Passage]:
    return [Passage(text, page) for page, text in enumerate(texts, 1)]


def test_other_forms_of_a_word_match() -> None:
    text = pages("The bridge was opened in June.", "Ships sail daily.", "Nobody came.")
    assert best(text, "When did they open the bridges?")[0].passage.page == 1


def test_without_the_stemmer_whole_words_still_match(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passages, "find_spec", lambda name: None)
    passages._stemmer.cache_clear()
    passages._stem.cache_clear()
    text = pages("The bridge was opened in June.", "Ships sail daily.")
    assert best(text, "Tell me about the bridge")[0].passage.page == 1
    passages._stemmer.cache_clear()
    passages._stem.cache_clear()


def test_nothing_in_common_gives_nothing() -> None:
    assert best(pages("Ships sail daily."), "What is the colour of the moon?") == []
    assert best([], "Anything?") == []


def test_at_most_so_many_best_first() -> None:
    text = pages("tea", "tea and milk", "tea and milk and sugar", "coffee", "tea pot")
    found = best(text, "milk sugar tea", count=2)
    assert [match.passage.page for match in found] == [3, 2]
    assert found[0].score > found[1].score


def test_a_figure_is_preferred_where_one_is_asked_for() -> None:
    text = pages("The pier was old, grey and weak.", "Ships.", "The pier took 15 weeks.")
    assert best(text, "How long did the pier take?")[0].passage.page == 3


def test_a_sentence_is_preferred_to_its_heading() -> None:
    text = [
        Passage("New pier", 1),
        Passage("The new pier is made of steel.", 1),
        Passage("Ships sail daily.", 1),
    ]
    assert best(text, "new pier")[0].passage.text == "The new pier is made of steel."


def test_a_neighbour_lends_its_subject_within_a_page_only() -> None:
    text = [
        Passage("The lighthouse stands on the cliff.", 1),
        Passage("It was built of granite.", 1),
        Passage("It was built of brick.", 2),
    ]
    found = best(text, "What is the lighthouse built of?")
    places = {match.passage.text: match.score for match in found}
    assert places["It was built of granite."] > places["It was built of brick."]


def test_chinese_and_japanese_are_matched_by_pairs_of_signs() -> None:
    assert terms("新しい橋") == ["新し", "しい", "い橋"]
    text = pages("東京の新しい橋は六月に開きました。", "船は毎日出ます。")
    assert best(text, "新しい橋はいつ開きましたか")[0].passage.page == 1
