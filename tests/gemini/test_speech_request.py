"""Text as a request to speak, for models of either kind; what is refused before it is sent."""

import pytest
from google.genai import types

from gemini.creation.speech import (
    Speaker,
    SpeechWords,
    complaints,
    script,
    speech_request,
    voices,
    words_of,
)
from gemini.request import Request

OLDER, NEWER = "gemini-2.5-flash-preview-tts", "gemini-3.8-flash-tts"
PAIR = [Speaker("Ann", "Kore"), Speaker("Ben", "Puck")]
DIALOGUE = "Ann: Hello, Ben.\nHow are you?\nBen: Fine: and you?"


def test_there_are_thirty_voices() -> None:
    assert len(voices()) == 30
    assert voices()["Kore"] == "Firm"


def test_an_older_model_finds_the_style_in_the_text() -> None:
    request = speech_request(OLDER, "Good day!", "Kore", style="Say cheerfully:")
    assert request.contents[0]["parts"] == [{"text": "Say cheerfully: Good day!"}]
    assert request.config == {
        "response_modalities": ["AUDIO"],
        "speech_config": {"voice_config": {"prebuilt_voice_config": {"voice_name": "Kore"}}},
    }


def test_a_newer_model_is_told_the_style_beside_the_text() -> None:
    request = speech_request(NEWER, "Good day!", "Kore", style="cheerful", language="en-US")
    part = {"text": "Good day!", "speech_metadata": {"style": "cheerful"}}
    assert request.contents[0]["parts"] == [part]
    assert request.config["speech_config"]["language_code"] == "en-US"
    assert speech_request(NEWER, "Hi", "Kore").contents[0]["parts"] == [{"text": "Hi"}]


def test_an_older_model_reads_the_conversation_as_one_text() -> None:
    request = speech_request(OLDER, DIALOGUE, "", PAIR, style="tired")
    [part] = request.contents[0]["parts"]
    opening = "TTS the following conversation between Ann and Ben, tired:\n"
    assert part["text"] == opening + DIALOGUE
    several = request.config["speech_config"]["multi_speaker_voice_config"]
    assert [s["speaker"] for s in several["speaker_voice_configs"]] == ["Ann", "Ben"]
    assert "voice_config" not in request.config["speech_config"]


def test_a_newer_model_gets_a_part_for_each_turn() -> None:
    parts = speech_request(NEWER, DIALOGUE, "", PAIR, style="tired").contents[0]["parts"]
    assert [part["text"] for part in parts] == ["Hello, Ben.\nHow are you?", "Fine: and you?"]
    assert parts[0]["speech_metadata"] == {"speaker": "Ann", "style": "tired"}


@pytest.mark.parametrize("model", [OLDER, NEWER])
@pytest.mark.parametrize("speakers", [[], PAIR])
def test_the_sdk_reads_the_request(model: str, speakers: list[Speaker]) -> None:
    request = speech_request(model, DIALOGUE, "Kore", speakers, style="calm", language="de-DE")
    types.GenerateContentConfig.model_validate(request.config)
    types.Content.model_validate(request.contents[0])


def test_a_line_without_a_name_goes_on() -> None:
    lines = script("Before\nAnn: One\ntwo\n\nBen:three")
    assert [(line.name, line.text) for line in lines] == [
        ("", "Before"),
        ("Ann", "One\ntwo"),
        ("Ben", "three"),
    ]


@pytest.mark.parametrize(
    ("text", "speakers", "word"),
    [
        ("  ", [], "Write what"),
        (DIALOGUE, [Speaker("Ann", "Kore"), Speaker("Ann", "Puck")], "two different names"),
        (DIALOGUE, [Speaker("Ann", "Kore"), Speaker(" ", "Puck")], "two different names"),
        ("Hello\nAnn: Hi\nBen: Hi", PAIR, "names no speaker"),
        ("Ann: Hi\nBen: Hi\nCid: Hi", PAIR, "begins with Cid:"),
        ("Ann: Hi", PAIR, "Ben says nothing"),
    ],
)
def test_what_cannot_be_spoken_is_said(text: str, speakers: list[Speaker], word: str) -> None:
    assert word in " ".join(complaints(text, speakers))


def test_nothing_is_wrong_with_a_good_text() -> None:
    assert complaints(DIALOGUE, PAIR) == []
    assert complaints("Note: one voice may say names.", []) == []


@pytest.mark.parametrize("model", ["gemini-2.5-flash-preview-tts", "gemini-3.8-flash-tts"])
def test_what_a_conversation_was_told_is_read_back(model: str) -> None:
    speakers = (Speaker("Ann", "Leda"), Speaker("Ben", "Puck"))
    text = "Ann: Hello\nBen: Hi, you: two"
    request = speech_request(model, text, "Kore", speakers, style="Warm, low", language="en-GB")
    told = words_of(request)
    assert told == SpeechWords(text, "Warm, low", "en-GB", "", speakers)


def test_what_one_voice_was_told_asks_for_the_same_again() -> None:
    model = "gemini-2.5-flash-preview-tts"
    request = speech_request(model, "Good morning", "Puck", style="Calm")
    told = words_of(request)
    assert speech_request(model, told.text, told.voice, style=told.style) == request


def test_a_request_of_another_kind_tells_what_it_can() -> None:
    odd = Request("m", [{"role": "user", "parts": [{"text": "Hi"}]}], {"speech_config": "x"})
    assert words_of(odd) == SpeechWords("Hi")
