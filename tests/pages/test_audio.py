"""The audio page in process: the player, times in answers, subtitles, parts."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.fake_gemini import FakeGemini, Reply, answer
from tests.interaction_replies import interaction
from tests.on_page import Open, checked, click

PAGE = "../pages/audio/page.py"
SAMPLES = Path(__file__).parents[2] / "samples" / "media"
NOTICE = (SAMPLES / "notice.mp3").read_bytes()
TRANSCRIPT = "[00:00] Welcome on board.\n\n[00:07] Lunch is served.\n\n[59:00] Not there.\n"


def opened(app: Open, *given: tuple[str, bytes]) -> AppTest:
    at = app(PAGE)
    for name, data in given:
        at.file_uploader[0].upload(name, data)
    at.run()
    assert not at.exception
    return at


def said(at: AppTest) -> str:
    return "\n".join(e.value for e in [*at.markdown, *at.text, *at.caption, *at.error, *at.warning])


def prompt_sent(fake: FakeGemini) -> Any:
    return fake.generated[-1].body["contents"][-1]["parts"][-1]["text"]


def test_an_empty_page_says_what_it_is_for(app: Open) -> None:
    at = app(PAGE)
    assert at.title[0].value == "Audio"
    assert not at.exception


def test_a_sample_is_transcribed_with_times_as_links_and_subtitles(
    app: Open, fake: FakeGemini
) -> None:
    fake.replies = [answer(TRANSCRIPT)]
    at = click(app(PAGE), "Transcribe a notice")
    part = fake.generated[0].body["contents"][0]["parts"][0]
    assert part["inlineData"]["mime_type"] == "audio/mp3"
    assert r"\[[00:07](#t=7)\] Lunch" in said(at)
    assert r"\[59:00\] Not there" in said(at)
    assert "2 subtitles" in said(at)
    assert [b.proto.label for b in at.get("download_button")][-2:] == ["SRT", "VTT"]


def test_an_answer_without_times_has_no_subtitles(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("A short notice.")]
    at = click(opened(app, ("notice.mp3", NOTICE)), "Summarize")
    assert "subtitles" not in said(at)


def test_length_and_tokens_are_shown(app: Open) -> None:
    at = opened(app, ("notice.mp3", NOTICE))
    assert "0:18 · 111 KB · inline" in said(at)
    assert any("About 594 tokens, estimated" in p.proto.text for p in at.get("progress"))


def test_only_a_part(app: Open, fake: FakeGemini) -> None:
    at = opened(app, ("notice.mp3", NOTICE))
    at.select_slider[0].set_range("0:05", "0:12").run()
    click(at, "Transcribe this part")
    assert "only what is said from 0:05 to 0:12" in prompt_sent(fake)


@pytest.mark.parametrize("name", ["beeps.wav", "meeting.ogg", "scale.flac", "silence.wav"])
def test_every_sample_is_drawn(app: Open, name: str) -> None:
    at = opened(app, (name, (SAMPLES / name).read_bytes()))
    assert not at.error


def test_several_sounds_are_chosen_among(app: Open) -> None:
    at = opened(app, ("notice.mp3", NOTICE), ("beeps.wav", (SAMPLES / "beeps.wav").read_bytes()))
    at.selectbox(key="sound-audio").set_value(1).run()
    assert not at.exception


@pytest.mark.parametrize(
    ("name", "data", "said_of_it"),
    [
        ("a.mp3", b"", "a.mp3 is empty"),
        ("a.mp3", b"fLaC" + b"\x55" * 300, "damaged recording"),
        ("a.mp3", (SAMPLES / "cat.jpg").read_bytes(), "an image. Add it on the Image page"),
    ],
)
def test_what_can_not_be_heard_is_told(app: Open, name: str, data: bytes, said_of_it: str) -> None:
    assert said_of_it in said(opened(app, (name, data)))


TRANSCRIBER = {
    "name": "models/gemini-3.5-transcribe",
    "displayName": "Gemini 3.5 Transcribe",
    "supportedGenerationMethods": ["generateContent"],
}


def transcribing(app: Open, fake: FakeGemini) -> AppTest:
    """The page with a sound, where a transcription model is offered and answers."""
    fake.models = {"models": [*fake.models["models"], TRANSCRIBER]}
    at = opened(app, ("notice.mp3", NOTICE))
    toggle = next(t for t in at.toggle if "transcription model" in t.label)
    return checked(toggle.set_value(True).run())


def test_a_transcription_model_answers_with_speakers_and_times(app: Open, fake: FakeGemini) -> None:
    segments = [
        {"text": "Welcome.", "speakerLabel": "spk_1", "startOffset": "0.5s", "endOffset": "1.25s"},
        {"text": "Thanks!", "speakerLabel": "spk_2", "startOffset": "2s", "endOffset": "3s"},
    ]
    content = {"parts": [{"audioTranscription": each} for each in segments]}
    fake.replies = [
        Reply([{"candidates": [{"content": content, "finishReason": "STOP"}]}]),
        answer("A greeting."),
    ]
    at = transcribing(app, fake)
    at = click(at, "Transcribe")
    assert "/gemini-3.5-transcribe:" in fake.generated[-1].path
    (prompt,) = fake.generated[-1].body["contents"]
    assert [list(part) for part in prompt["parts"]] == [["inlineData"]]
    assert fake.generated[-1].body["generationConfig"] == {
        "audioTranscriptionConfig": {"word_timestamp": True, "diarization": True}
    }
    assert r"\[[0:00](#t=0)\] Speaker 1: Welcome." in said(at)
    assert r"\[[0:02](#t=2)\] Speaker 2: Thanks!" in said(at)
    assert "2 subtitles" in said(at)
    assert [b.proto.label for b in at.get("download_button")][-3:] == ["SRT", "VTT", "TXT"]
    toggle = next(t for t in at.toggle if "transcription model" in t.label)
    at = checked(toggle.set_value(False).run())
    at = checked(at.chat_input[0].set_value("What is it?").run())
    contents = fake.generated[-1].body["contents"]
    assert "Speaker 2: Thanks!" in contents[1]["parts"][-1]["text"]
    assert "A greeting." in said(at)


def test_a_transcription_by_interactions_is_read_from_its_annotations(
    app: Open, fake: FakeGemini
) -> None:
    notes = [
        {"type": "word_info", "text": "Welcome", "speaker": "spk_1", "start_offset": "0.5s"},
        {"type": "word_info", "text": "Thanks", "speaker": "spk_2", "start_offset": "2s"},
    ]
    item = {"type": "text", "text": "Welcome. Thanks!", "annotations": notes}
    fake.others = {"POST interactions": [interaction({"type": "model_output", "content": [item]})]}
    at = transcribing(app, fake)
    at.session_state["run_settings"].values["api"] = "interactions.create"
    at = click(checked(at.run()), "Transcribe")
    assert fake.seen[-1].body["generation_config"]["transcription_config"]["mode"] == {
        "type": "verbatim", "diarization_mode": "speaker", "timestamp_granularities": ["word"],
    }  # fmt: skip
    again = checked(at.run())
    assert r"\[[0:00](#t=0)\] Speaker 1: Welcome." in said(again)
    assert [b.proto.label for b in again.get("download_button")][-3:] == ["SRT", "VTT", "TXT"]
    fresh = app(PAGE)
    fresh.query_params["c"] = at.query_params["c"]
    assert "Speaker 2: Thanks!" in said(checked(fresh.run()))


def test_cleaned_up_text_has_neither_times_nor_speakers(app: Open, fake: FakeGemini) -> None:
    content = {"parts": [{"audioTranscription": {"text": "Welcome on board."}}]}
    fake.replies = [Reply([{"candidates": [{"content": content, "finishReason": "STOP"}]}])]
    at = transcribing(app, fake)
    mode = next(c for c in at.segmented_control if c.label == "Mode")
    at = checked(mode.set_value("SMART").run())
    at = click(at, "Transcribe")
    assert fake.generated[-1].body["generationConfig"] == {
        "audioTranscriptionConfig": {"mode": "SMART"}
    }
    assert "Welcome on board." in said(at)
    assert "subtitles" not in said(at)


def test_without_a_transcription_model_nothing_of_it_is_offered(app: Open) -> None:
    at = opened(app, ("notice.mp3", NOTICE))
    assert not [t for t in at.toggle if "transcription" in t.label]
