"""The local voice through Google's SDK: what it says is heard again by the local ear."""

import base64
import re
from dataclasses import replace
from typing import Any

import pytest
from google import genai
from google.genai import errors, types

from emulator.engines import voice
from gemini.creation.speech import Speaker, speech_request
from gemini.interactions.request import create_arguments
from gemini.interactions.steps import part_of_item
from gemini.media.pcm import sounds
from gemini.request import CREATE_INTERACTION
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
    with pytest.raises(errors.ClientError, match="audio only"):
        small.models.generate_content(model=voice.NAME, contents=TEXT)
    picture = types.Part.from_bytes(data=b"x", mime_type="image/png")
    config = types.GenerateContentConfig(response_modalities=["AUDIO"])
    with pytest.raises(errors.ClientError, match="text only"):
        small.models.generate_content(model=voice.NAME, contents=[TEXT, picture], config=config)


def test_other_models_refuse_to_speak_by_name(small: genai.Client) -> None:
    config = types.GenerateContentConfig(response_modalities=["AUDIO"])
    with pytest.raises(errors.ClientError, match="can't generate audio"):
        small.models.generate_content(model="gemini-2.5-flash", contents=TEXT, config=config)


def test_it_speaks_through_interactions(small: genai.Client) -> None:
    """The same sound, streamed in pieces and whole in the step that is kept."""
    asked = replace(speech_request(voice.NAME, TEXT, "Kore"), method=CREATE_INTERACTION)
    arguments = create_arguments(asked)
    events = list(small.interactions.create(**arguments, stream=True))
    deltas = [event.delta for event in events if event.event_type == "step.delta"]
    assert len(deltas) == 2
    pieces = [part_of_item(delta.model_dump(exclude_none=True)) for delta in deltas]
    [whole] = sounds(pieces)
    assert whole.seconds == sounds(parts_of(ask(small)))[0].seconds
    kept = small.interactions.get(events[0].interaction.id)
    [step] = [step for step in kept.steps or [] if step.type == "model_output"]
    assert base64.b64decode(step.content[0].data) == b"".join(
        piece["inline_data"]["data"] for piece in pieces
    )
    assert "heart" in (kept.model or "")


def test_two_speakers_are_refused_through_interactions(small: genai.Client) -> None:
    two = [Speaker("Ann", "Leda"), Speaker("Ben", "Puck")]
    asked = speech_request(voice.NAME, "Ann: Hi\nBen: Hello", "", two)
    arguments = create_arguments(replace(asked, method=CREATE_INTERACTION))
    with pytest.raises(Exception, match="no two speakers"):
        small.interactions.create(**arguments)


def test_a_model_of_texts_refuses_to_speak(small: genai.Client) -> None:
    form: Any = {"type": "audio"}
    with pytest.raises(Exception, match="can't generate speech"):
        small.interactions.create(model="gemini-2.5-flash", input="Hi", response_format=form)
