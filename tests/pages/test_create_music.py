"""The page that makes music, in process: what is sent, what is shown, what fails, what is kept."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.create_music.state import CreateMusicState
from tests.fake_gemini import FakeGemini, Reply, error
from tests.made_replies import encoded, generated, generated_file, png
from tests.on_page import Open, checked, click

PAGE = "../pages/create_music/page.py"
NOTICE = (Path(__file__).parents[2] / "samples" / "media" / "notice.mp3").read_bytes()
LYRICS = "[Verse]\nThe road is long\n\n[Chorus]\nSo sing along"
MAKE = "Generate the song"


@pytest.fixture
def page(app: Open, fake: FakeGemini, gemini_api: None) -> AppTest:
    """The page with a Gemini key."""
    fake.others = {"POST interactions": [generated("audio/mp3", data=NOTICE, text=LYRICS)]}
    return checked(app(PAGE))


def texts(at: AppTest) -> str:
    elements = [*at.markdown, *at.text, *at.caption, *at.error, *at.warning, *at.info, *at.code]
    return "\n".join(str(element.value) for element in elements)


def state(at: AppTest) -> CreateMusicState:
    return at.session_state["create-music"]


def sent(fake: FakeGemini) -> list[Any]:
    return [seen.body for seen in fake.seen if seen.path.endswith("/interactions")]


def test_a_sample_makes_a_song_with_its_lyrics(page: AppTest, fake: FakeGemini) -> None:
    at = click(page, "A song for the road")
    [body] = sent(fake)
    assert body.pop("input").startswith("A cheerful folk song")
    assert body == {"model": "lyria-3.5", "stream": True}
    assert at.get("audio")
    assert LYRICS in [element.value for element in at.text]
    assert [b.proto.label for b in at.get("download_button")] == ["MP3"]
    assert "$0.08" in texts(at)
    assert at.query_params["run"] == at.session_state["page-run-create-music"].live.run.id


def test_a_song_elsewhere_is_shown_by_its_address(page: AppTest, fake: FakeGemini) -> None:
    address = "gs://bucket/song.mp3"
    fake.others = {"POST interactions": [generated("audio/mp3", uri=address)]}
    at = click(page, "A song for the road")
    assert address in [element.value for element in at.code]


def test_a_download_that_fails_is_tried_again_at_a_click(page: AppTest, fake: FakeGemini) -> None:
    fake.others = {
        "POST interactions": [generated("audio/mp3", uri="https://x/v1beta/files/abc1")],
        "GET files/abc1": [error(403, "PERMISSION_DENIED", "no")],
    }
    at = click(page, "A song for the road")
    assert "Press Download it below" in texts(at)
    fake.others = generated_file("abc1", NOTICE, "ACTIVE")
    at = click(at, "Download it")
    assert at.get("audio")
    assert "couldn't be downloaded" not in texts(at)


def test_the_form_is_sent_as_one_prompt(page: AppTest, fake: FakeGemini) -> None:
    form = state(page)
    form.prompt, form.lyrics = "A ballad", "[Verse]\nLa la"
    form.pictures.take([("a.png", png()), ("b.txt", b"words")])
    assert form.pictures.refused == ["b.txt isn't an image."]
    at = click(checked(page.run()), MAKE)
    [body] = sent(fake)
    assert body["input"][0]["content"] == [
        {"type": "text", "text": "A ballad\n\nLyrics:\n[Verse]\nLa la"},
        {"type": "image", "mime_type": "image/png", "data": encoded(png())},
    ]
    state(at).instrumental = True
    at = click(checked(at.run()), MAKE)
    assert sent(fake)[1]["input"][0]["content"][0]["text"] == (
        "A ballad\n\nInstrumental only, no vocals."
    )
    assert state(at).lyrics == "[Verse]\nLa la"


def test_the_words_are_in_the_form_after_a_reload(
    page: AppTest, app: Open, fake: FakeGemini
) -> None:
    form = state(page)
    form.prompt, form.lyrics = "A ballad", "[Verse]\nLa la"
    at = click(checked(page.run()), MAKE)
    other = app(PAGE)
    other.query_params["run"] = at.query_params["run"]
    other = checked(other.run())
    assert (state(other).prompt, state(other).lyrics) == ("A ballad", "[Verse]\nLa la")
    state(other).prompt = "Another"
    assert state(checked(other.run())).prompt == "Another"


def test_the_images_are_in_the_form_after_a_reload(
    page: AppTest, app: Open, fake: FakeGemini
) -> None:
    form = state(page)
    form.prompt = "A ballad"
    form.pictures.take([("a.png", png())])
    at = click(checked(page.run()), MAKE)
    other = app(PAGE)
    other.query_params["run"] = at.query_params["run"]
    click(checked(other.run()), MAKE)
    before, after = sent(fake)
    assert after["input"] == before["input"]


def test_nothing_is_sent_without_words(page: AppTest, fake: FakeGemini) -> None:
    assert "Describe the music" in texts(click(page, MAKE))
    assert not sent(fake)


def test_a_clip_costs_less_and_its_length_is_said(page: AppTest) -> None:
    page.session_state["maker-create-music"].model = "lyria-3-clip-preview"
    said = texts(checked(page.run()))
    assert "Length: 30 seconds, always. Google bills $0.04 a song." in said


def test_storage_is_as_the_sidebar_says(page: AppTest, fake: FakeGemini) -> None:
    page.session_state["run_settings"].values["store"] = "off"
    click(page, "Rain on the window")
    assert sent(fake)[0]["store"] is False


def test_a_structure_that_comes_as_json_is_shown_as_that(page: AppTest, fake: FakeGemini) -> None:
    reply = generated("audio/mp3", data=NOTICE, text='{"sections": ["Intro"]}')
    fake.others = {"POST interactions": [reply]}
    at = click(page, "Rain on the window")
    assert [element.value for element in at.json] == ['{"sections": ["Intro"]}']


def test_the_gallery_and_the_address_have_what_was_made(page: AppTest, fake: FakeGemini) -> None:
    at = click(page, "A song for the road")
    at.session_state["create-music-gallery"] = True
    del at.session_state["page-run-create-music"]  # what the history keeps is enough
    fake.others = {}
    at = checked(at.run())
    assert len(at.get("audio")) == 2  # the run of the address, and its card
    assert [b.proto.label for b in at.get("download_button")] == ["MP3", "MP3"]


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(status=429, body={"error": {"code": "quota_exceeded", "message": "no"}}), "Quota"),
        (generated(text="I can't sing as somebody else."), "sing as somebody else"),
        (generated(status="cancelled"), "Cancelled"),
        (generated("audio/mp3", data=b"no sound at all"), "lyria-3.5"),
        (Reply(status=200, body=b"<html>"), "couldn't be read"),
    ],
)
def test_what_fails_says_why_and_the_next_try_works(
    page: AppTest, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch, reply: Reply, words: str
) -> None:
    monkeypatch.setattr("gemini.api.http.ATTEMPTS", 1)
    again = generated("audio/mp3", data=NOTICE, text=LYRICS)
    fake.others = {"POST interactions": [reply, again]}
    at = click(page, "A song for the road")
    assert words in texts(at)
    assert state(at).prompt.startswith("A cheerful")
    at = click(at, MAKE)
    assert LYRICS in [element.value for element in at.text]


def test_the_emulator_says_why_not_and_keeps_what_was_typed(app: Open) -> None:
    at = checked(app(PAGE))
    assert "can't generate music" in texts(at)
    assert next(b for b in at.button if b.label == MAKE).disabled
    at = click(at, "A song for the road")
    assert state(at).prompt.startswith("A cheerful")


def test_vertex_says_what_is_needed(app: Open, fake: FakeGemini, vertex_api: None) -> None:
    fake.models = {"publisherModels": []}
    at = checked(app(PAGE))
    assert "Songs by Lyria need the Gemini API" in texts(at)
    assert next(b for b in at.button if b.label == MAKE).disabled
