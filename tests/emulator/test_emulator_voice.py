"""The local voice through Google's SDK: what it says is heard again by the local ear."""

import re
from typing import Any

import pytest
from google import genai
from google.genai import errors, types

from emulator.engines import voice
from gemini.creation.speech import Speaker, speech_request
from gemini.media.pcm import sounds
from tests.emulator.hearing import heard_well

TEXT = "The ferry to the island leaves at seven in the morning. Please bring a warm coat."


def parts_of(response: types.GenerateContentResponse) -> list[Any]:
    assert response.candidates
    content = response.candidates[0].content
    return [part.model_dump(exclude_none=True) for part in (content and content.parts) or []]


def ask(client: genai.Client, **more: Any) -> types.GenerateContentResponse:
    text = more.pop("text", TEXT)
    request = speech_request(voice.NAME, text, "Kore", **more)
    config = types.GenerateContentConfig.model_validate(request.config)
    contents = [types.Content.model_validate(content) for content in request.contents]
    return client.models.generate_content(model=request.model, contents=[*contents], config=config)


def test_what_is_spoken_is_heard(small: genai.Client) -> None:
    response = ask(small, style="Say it in a whisper")
    [sound] = sounds(parts_of(response))
    assert sound.seconds is not None
    assert 3 < sound.seconds < 10
    assert "heart" in (response.model_version or "")
    ear = types.Part.from_bytes(data=sound.data, mime_type="audio/wav")
    heard = small.models.generate_content(
        model="gemini-2.5-flash", contents=["Transcribe the speech.", ear]
    )
    words = re.sub(r"\[[\d:]+\]", "", heard.text or "")
    assert heard_well(TEXT, words), words
    assert "whisper" not in words.lower()  # the style is no part of the text


def test_it_comes_sentence_by_sentence(small: genai.Client) -> None:
    config = types.GenerateContentConfig(response_modalities=["AUDIO"])
    stream = small.models.generate_content_stream(model=voice.NAME, contents=TEXT, config=config)
    chunks = list(stream)
    assert len(chunks) == 2
    assert chunks[-1].candidates
    assert chunks[-1].candidates[0].finish_reason == types.FinishReason.STOP
    [whole] = sounds([part for chunk in chunks for part in parts_of(chunk)])
    assert whole.seconds == sounds(parts_of(ask(small)))[0].seconds


def test_it_is_listed_as_what_it_is(small: genai.Client) -> None:
    listed = {model.name: model for model in small.models.list()}
    assert "on this machine" in (listed[f"models/{voice.NAME}"].display_name or "")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"speakers": [Speaker("Ann", "Kore"), Speaker("Ben", "Puck")], "text": "Ann: Hi\nBen: Hi"},
         "one voice"),
        ({"language": "de-DE"}, "speaks English"),
        ({"text": "..."}, "no text to speak"),
        ({"text": "word " * 1_001}, "5004 characters"),
    ],
)  # fmt: skip
def test_what_it_cannot_do_is_refused_in_words(
    small: genai.Client, more: dict[str, Any], words: str
) -> None:
    with pytest.raises(errors.ClientError, match=words):
        ask(small, **more)


def test_it_writes_nothing_and_looks_at_nothing(small: genai.Client) -> None:
    with pytest.raises(errors.ClientError, match="sound only"):
        small.models.generate_content(model=voice.NAME, contents=TEXT)
    picture = types.Part.from_bytes(data=b"x", mime_type="image/png")
    config = types.GenerateContentConfig(response_modalities=["AUDIO"])
    with pytest.raises(errors.ClientError, match="text only"):
        small.models.generate_content(model=voice.NAME, contents=[TEXT, picture], config=config)


def test_other_models_refuse_to_speak_by_name(small: genai.Client) -> None:
    config = types.GenerateContentConfig(response_modalities=["AUDIO"])
    with pytest.raises(errors.ClientError, match="can't make audio"):
        small.models.generate_content(model="gemini-2.5-flash", contents=TEXT, config=config)
