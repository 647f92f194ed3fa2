"""Songs: what is asked for, what is put together of what came."""

from pathlib import Path

import pytest

from gemini.creation.music import complaints, song_request, songs, words_of
from gemini.format import file_stem
from gemini.media.load import attachment
from gemini.request import CREATE_INTERACTION
from tests.made_replies import png

NOTICE = (Path(__file__).parents[2] / "samples" / "media" / "notice.mp3").read_bytes()
PICTURE = attachment("a.png", png())


def text(**told: object) -> str:
    request = song_request("lyria-3.5", " A folk song ", **told)  # type: ignore[arg-type]
    return request.contents[0]["parts"][0]["text"]


def test_all_is_said_in_the_prompt() -> None:
    assert text() == "A folk song"
    assert text(instrumental=True) == "A folk song\n\nInstrumental only, no vocals."
    assert text(lyrics="\n[Verse]\nLa\n") == "A folk song\n\nLyrics:\n[Verse]\nLa"


def test_pictures_follow_the_words() -> None:
    request = song_request("lyria-3.5", "A song", [PICTURE], config={"store": False})
    assert request.contents[0]["parts"] == [{"text": "A song"}, PICTURE.part()]
    assert (request.config, request.method) == ({"store": False}, CREATE_INTERACTION)


def test_what_is_missing_is_said() -> None:
    assert complaints("", " ", []) == ["Describe the music, or write lyrics."]
    assert complaints("", "La", []) == []
    assert complaints("A song", "", [PICTURE] * 12) == ["Lyria takes 10 images: remove 2."]


def test_a_song_that_comes_in_pieces_is_one() -> None:
    middle = len(NOTICE) // 2
    pieces = [
        {"inline_data": {"mime_type": "audio/mpeg", "data": data}}
        for data in (NOTICE[:middle], NOTICE[middle:])
    ]
    [song] = songs([{"text": "La"}, *pieces])
    assert song.data == NOTICE
    assert song.seconds
    assert song.seconds > 1


def test_two_files_of_another_kind_stay_two() -> None:
    parts = [{"inline_data": {"mime_type": "audio/wav", "data": b"broken"}}] * 2
    assert [song.seconds for song in songs(parts)] == [None, None]


def test_a_file_is_called_by_the_first_words() -> None:
    assert file_stem("A cheerful song: in G, at 112 BPM", "song") == "a-cheerful-song-in-g-at"
    assert file_stem("...", "song") == "song"
    assert file_stem("夏" * 90, "song") == "夏" * 60


@pytest.mark.parametrize("instrumental", [True, False])
@pytest.mark.parametrize(("prompt", "lyrics"), [("A ballad", ""), ("", "La\nla"), ("A", "B")])
def test_the_words_of_a_request_are_those_of_the_form(
    prompt: str, lyrics: str, instrumental: bool
) -> None:
    request = song_request("lyria", prompt, lyrics=lyrics, instrumental=instrumental)
    assert words_of(request) == (prompt, lyrics, instrumental)
