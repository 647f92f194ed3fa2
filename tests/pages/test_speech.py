"""The speech page in process: what is sent, what comes, what can't be spoken, reopening."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.speech.state import SpeechState
from tests.fake_gemini import FakeGemini, Reply, answer, error
from tests.made_replies import generated, speech_answer
from tests.on_page import Open, checked, click

PAGE = "../pages/speech/page.py"
TTS = {
    "name": "models/gemini-2.5-flash-preview-tts",
    "displayName": "Gemini 2.5 Flash TTS",
    "supportedGenerationMethods": ["generateContent"],
}


@pytest.fixture
def page(app: Open, fake: FakeGemini, gemini_api: None) -> AppTest:
    """The page on the Gemini API."""
    fake.models = {"models": [*fake.models["models"], TTS]}
    return checked(app(PAGE))


def texts(at: AppTest) -> str:
    elements = [*at.markdown, *at.text, *at.caption, *at.error, *at.warning, *at.info]
    return "\n".join(str(element.value) for element in elements)


def state(at: AppTest) -> SpeechState:
    return at.session_state["speech"]


def sent(fake: FakeGemini) -> Any:
    return fake.generated[-1].body


def test_a_sample_is_spoken_at_a_click(page: AppTest, fake: FakeGemini) -> None:
    fake.replies = [speech_answer(seconds=2)]
    at = click(page, "An announcement")
    config = sent(fake)["generationConfig"]
    voice = config["speechConfig"]["voice_config"]["prebuilt_voice_config"]["voice_name"]
    assert voice == "Kore"
    assert config["responseModalities"] == ["AUDIO"]
    assert sent(fake)["contents"][0]["parts"][0]["text"].startswith("Calm and clear")
    assert "2.0 s · Kore" in texts(at)
    assert at.get("audio")
    assert at.text_area[0].value == state(at).text


def test_what_comes_is_a_sound_to_download(page: AppTest, fake: FakeGemini) -> None:
    fake.replies = [speech_answer(seconds=1)]
    at = click(page, "An announcement")
    [button] = at.get("download_button")
    assert button.proto.label == "WAV"
    live = at.session_state["page-run-speech"].live
    assert len(live.run.candidates[0].parts) == 4  # untouched


def test_an_answer_without_sound_says_so(page: AppTest, fake: FakeGemini) -> None:
    fake.replies = [answer("I can only write.")]
    at = click(page, "An announcement")
    assert "answered without sound" in texts(at)
    assert "I can only write." in texts(at)


def test_two_speakers_have_a_voice_each(page: AppTest, fake: FakeGemini) -> None:
    fake.replies = [speech_answer()]
    at = click(page, "Two people talk")
    speech = sent(fake)["generationConfig"]["speechConfig"]
    each = speech["multi_speaker_voice_config"]["speaker_voice_configs"]
    assert [one["speaker"] for one in each] == ["Ann", "Ben"]
    assert "Ann: Leda, Ben: Puck" in texts(at)


def test_a_name_that_is_not_in_the_text_is_found_before_it_is_sent(
    page: AppTest, fake: FakeGemini
) -> None:
    state(page).two = True
    page.text_area[0].set_value("Ann: Hello\nCid: Hi")
    at = click(checked(page.run()), "Speak")
    assert "Ben says nothing" in texts(at)
    assert "begins with Cid:" in texts(at)
    assert not fake.generated


def test_an_empty_text_is_not_sent(page: AppTest, fake: FakeGemini) -> None:
    assert "Write what to say" in texts(click(page, "Speak"))
    assert not fake.generated


def test_a_newer_model_typed_by_hand_is_told_the_style_apart(
    page: AppTest, fake: FakeGemini
) -> None:
    page.session_state["maker-speech"].model = "gemini-3.8-flash-tts"
    fake.replies = [speech_answer()]
    click(checked(page.run()), "A bedtime story")
    [part] = sent(fake)["contents"][0]["parts"]
    assert part["speechMetadata"]["style"] == "Soft, slow and warm"
    assert part["text"].startswith("Once upon a time")


def test_the_settings_at_the_left_stay_out(page: AppTest, fake: FakeGemini) -> None:
    page.session_state["run_settings"].values["temperature"] = 0.3
    fake.replies = [speech_answer()]
    click(checked(page.run()), "An announcement")
    config = sent(fake)["generationConfig"]
    assert set(config) == {"responseModalities", "speechConfig"}


def test_an_error_keeps_the_text_and_the_next_try_works(page: AppTest, fake: FakeGemini) -> None:
    fake.replies = [error(400, "INVALID_ARGUMENT", "no such voice"), speech_answer()]
    at = click(page, "An announcement")
    assert "no such voice" in texts(at)
    assert at.text_area[0].value
    assert click(at, "Speak").get("audio")


def test_a_stream_that_breaks_off_leaves_what_came(page: AppTest, fake: FakeGemini) -> None:
    fake.replies = [Reply(speech_answer().chunks[:2], then="cut")]
    at = click(page, "An announcement")
    assert at.get("audio")
    assert "cut off" in texts(at)


def test_the_address_reopens_it(page: AppTest, fake: FakeGemini) -> None:
    fake.replies = [speech_answer(seconds=3)]
    at = click(page, "An announcement")
    assert at.query_params["run"] == at.session_state["page-run-speech"].live.run.id
    del at.session_state["page-run-speech"]  # as after a reload
    at = checked(at.run())
    assert at.get("audio")
    assert "3.0 s" in texts(at)


def new_session(app: Open, at: AppTest) -> AppTest:
    """The page after a reload: only the address is left."""
    other = app(PAGE)
    other.query_params["run"] = at.query_params["run"]
    return checked(other.run())


@pytest.mark.parametrize("sample", ["An announcement", "Two people talk"])
def test_a_reload_leaves_the_form_as_it_was(
    page: AppTest, app: Open, fake: FakeGemini, sample: str
) -> None:
    fake.replies = [speech_answer(), speech_answer()]
    at = click(page, sample)
    other = new_session(app, at)
    form = state(other)
    assert (form.two, form.voice, form.speakers) == (
        state(at).two, state(at).voice, state(at).speakers
    )  # fmt: skip
    click(other, "Speak")
    assert fake.generated[0].body == fake.generated[1].body


def test_words_of_a_model_that_speaks_fetch_nothing(page: AppTest, fake: FakeGemini) -> None:
    fake.replies = [answer("See ![this](https://elsewhere.test/a.png)")]
    at = click(page, "An announcement")
    assert "![this]" not in texts(at)
    assert "this" in texts(at)


def test_another_run_than_one_there_is_shows_nothing(page: AppTest) -> None:
    page.query_params["run"] = "nothing-like-it"
    at = checked(page.run())
    assert not at.get("audio")
    assert "run" not in at.query_params


def test_an_emulator_without_a_voice_says_so(app: Open, fake: FakeGemini) -> None:
    at = checked(app(PAGE))
    assert "no voice" in texts(at)
    assert next(b for b in at.button if b.label == "Speak").disabled
    at = click(at, "An announcement")
    assert str(at.text_area[0].value).startswith("Good morning")
    assert not fake.generated


def test_the_history_leads_back_to_the_page(page: AppTest, fake: FakeGemini) -> None:
    fake.replies = [speech_answer(seconds=1)]
    at = click(page, "An announcement")
    run_id = at.session_state["page-run-speech"].live.run.id
    at = checked(at.switch_page("../pages/history/page.py").run())
    key = at.dataframe[0].key
    assert key
    at.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    at = checked(at.run())
    assert at.get("link_button")[0].proto.url == f"/speech?run={run_id}"
    assert len(at.get("audio")) == 1  # the pieces are one sound there, too


def test_another_one_is_opened_from_the_earlier_ones(page: AppTest, fake: FakeGemini) -> None:
    fake.replies = [speech_answer(seconds=1), speech_answer(seconds=2)]
    at = click(click(page, "An announcement"), "Numbers and names")
    assert "2.0 s" in texts(at)
    at.session_state["speech-earlier"] = True
    at = checked(at.run())
    next(b for b in at.button if "Good morning" in b.label).click()
    at = checked(at.run())
    assert "1.0 s" in texts(at)
    assert at.query_params["run"] == at.session_state["page-run-speech"].live.run.id


def test_without_a_key_nothing_is_lost(page: AppTest, fake: FakeGemini) -> None:
    page.session_state["connection_choice"] = "own key"
    at = click(checked(page.run()), "An announcement")
    assert "No API key" in texts(at)
    assert str(at.text_area[0].value).startswith("Good morning")
    assert not fake.generated


def spoken(fake: FakeGemini) -> Any:
    return [seen.body for seen in fake.seen if seen.path.endswith("/interactions")][-1]


@pytest.fixture
def by_interactions(page: AppTest, fake: FakeGemini) -> AppTest:
    """The same page, with Interactions chosen in the sidebar, and a second of sound to come."""
    samples = {"data": bytes(48_000), "sample_rate": 24_000, "channels": 1}
    fake.others = {"POST interactions": [generated("audio/l16", **samples)]}
    page.session_state["run_settings"].values["api"] = "interactions.create"
    return checked(page.run())


def test_a_text_is_spoken_through_interactions(by_interactions: AppTest, fake: FakeGemini) -> None:
    by_interactions.session_state["maker-speech"].model = "gemini-3.8-flash-tts"
    at = click(by_interactions, "An announcement")
    body = spoken(fake)
    assert body["response_format"] == {"type": "audio"}
    assert body["generation_config"] == {"speech_config": [{"voice": "Kore"}]}
    [content] = body["input"][0]["content"]
    assert content["text"].startswith("Good morning.")
    style = "Calm and clear, as over the speakers of a station"
    assert content["annotations"] == [{"type": "speech_metadata", "style": style}]
    assert "1.0 s · Kore" in texts(at)
    assert [b.proto.label for b in at.get("download_button")] == ["WAV"]


def test_two_speak_through_interactions(by_interactions: AppTest, fake: FakeGemini) -> None:
    by_interactions.session_state["maker-speech"].model = "gemini-3.8-flash-tts"
    click(by_interactions, "Two people talk")
    voices = spoken(fake)["generation_config"]["speech_config"]
    assert voices == [{"voice": "Leda", "speaker": "Ann"}, {"voice": "Puck", "speaker": "Ben"}]
    contents = spoken(fake)["input"][0]["content"]
    assert [one["annotations"][0]["speaker"] for one in contents] == ["Ann", "Ben", "Ann", "Ben"]
