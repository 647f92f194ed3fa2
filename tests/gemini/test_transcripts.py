"""What transcription models answer, by either API: as text, as lines with times, as subtitles."""

from typing import Any

import pytest
from google.genai import types

from gemini.api.connect import Connection
from gemini.conversation import Conversation, Turn
from gemini.interactions.request import create_arguments, for_api, left_out
from gemini.interactions.stream import Received
from gemini.media.subtitles import to_srt, to_text
from gemini.media.transcripts import spoken_cues, spoken_lines, transcript_text
from gemini.models.capabilities import transcribers, unknown
from gemini.request import Request, part_dict, text_of
from tests.fake_gemini import FakeGemini, Reply
from tests.filled import start

MODEL = "gemini-3.5-transcribe"


def word(text: str, start: float, end: float, **more: str) -> dict[str, Any]:
    return {"word": text, "start_offset": f"{start}s", "end_offset": f"{end}s", **more}


WELCOME = {
    "text": "Welcome on board, Ann.",
    "speaker_label": "spk_1",
    "start_offset": "0.400s",
    "end_offset": "2s",
    "words": [word("Welcome", 0.4, 0.9), word("on", 0.9, 1), word("board", 1, 1.5),
              word("Ann", 1.6, 2)],
}  # fmt: skip
LUNCH = {"text": "Lunch?", "speaker_label": "Bob", "start_offset": "65.5s", "end_offset": "66s"}
PARTS = [{"audio_transcription": WELCOME}, {"audio_transcription": LUNCH}]
TEXT = "[0:00] Speaker 1: Welcome on board, Ann.\n\n[1:05] Bob: Lunch?\n\n"


def test_a_transcribed_part_is_text() -> None:
    assert text_of(PARTS) == TEXT
    assert transcript_text({"text": "Wel"}) == "Wel"  # a mere piece
    assert transcript_text({}) == ""
    assert transcript_text({"text": "a", "start_offset": "soon"}) == "a"
    part = part_dict(types.Part.model_validate(PARTS[0]))
    assert text_of([part]) == "[0:00] Speaker 1: Welcome on board, Ann.\n\n"


def test_subtitles_have_the_times_of_the_words() -> None:
    cues = spoken_cues(PARTS, {})
    assert [(c.start, c.end, c.text) for c in cues] == [
        (0.4, 2.0, "Speaker 1: Welcome on board, Ann."),
        (65.5, 66.0, "Bob: Lunch?"),
    ]
    assert "00:01:05,500 --> 00:01:06,000\nBob: Lunch?" in to_srt(cues)
    assert to_text(cues).endswith("[1:05] Bob: Lunch?\n")
    assert spoken_cues([{"text": "[0:05] Plain."}], {}) == []


def test_long_speech_is_parted_where_it_pauses_and_by_sentences() -> None:
    said = "One two three four five six seven eight nine. Ten eleven twelve. Then more"
    entries, at = [], 0.0
    for each in said.split():
        entries.append(word(each, at, at + 0.3))
        at += 0.3 if each != "twelve." else 4.0
    cues = spoken_cues([{"audio_transcription": {"text": said, "words": entries}}], {})
    assert [c.text for c in cues] == [
        "One two three four five six seven eight nine.",
        "Ten eleven twelve.",
        "Then more",
    ]


@pytest.mark.parametrize(
    "words", [None, "x", [{"word": "a"}], [{"word": "", "start_offset": "1s"}], [{}]]
)
def test_words_without_times_make_no_subtitles(words: Any) -> None:
    part = {"audio_transcription": {"text": "a", "words": words}}
    assert spoken_cues([part], {}) == []
    assert spoken_lines({"words": words}, "a") == ""


def test_an_interaction_names_its_words_by_annotations() -> None:
    received = Received()
    notes = [
        {"type": "word_info", "text": w, "start_offset": s, "end_offset": e, "speaker": who}
        for w, s, e, who in (("Hello", "1s", "1.5s", "spk_1"), ("Hi", "2s", "2.2s", "spk_2"))
    ]
    step = {"type": "model_output"}
    for event in (
        {"event_type": "step.start", "index": 0, "step": step},
        {"event_type": "step.delta", "index": 0, "delta": {"type": "text", "text": "Hello! Hi."}},
        {"event_type": "step.delta", "index": 0,
         "delta": {"type": "text_annotation_delta", "annotations": notes}},
        {"event_type": "step.stop", "index": 0},
    ):  # fmt: skip
        received.take(event)
    metadata = received.metadata()
    lines = spoken_lines(metadata, "Hello! Hi.")
    assert lines == "[0:01] Speaker 1: Hello!\n\n[0:02] Speaker 2: Hi."
    cues = spoken_cues([{"text": "Hello! Hi."}], metadata)
    assert [(c.start, c.text) for c in cues] == [
        (1.0, "Speaker 1: Hello!"),
        (2.0, "Speaker 2: Hi."),
    ]


def test_a_run_takes_it_for_its_text(fake: FakeGemini, connection: Connection) -> None:
    heard = {"text": "Lunch?", "startOffset": "1s", "speakerLabel": "spk_2"}
    parts = [{"audioTranscription": heard}]
    fake.replies = [
        Reply([{"candidates": [{"content": {"parts": parts}, "finishReason": "STOP"}]}])
    ]
    sound = {"inline_data": {"mime_type": "audio/mp3", "data": b"a"}}
    contents: list[dict[str, Any]] = [{"role": "user", "parts": [sound]}]
    config = {"audio_transcription_config": {"diarization": True, "language_codes": ["de"]}}
    live = start(connection, Request(MODEL, contents, config))
    assert live.ended.wait(30)
    run = live.run
    assert (run.outcome, run.problem) == ("done", None)
    assert run.timing.first_text is not None
    assert fake.generated[-1].body["generationConfig"]["audioTranscriptionConfig"] == {
        "diarization": True, "language_codes": ["de"]}  # fmt: skip
    turn = Turn(contents[0]["parts"], None, run=run)
    assert Conversation.answer_sent(turn, "gemini-3.8-flash") == [
        {"text": "[0:01] Speaker 2: Lunch?\n\n"}
    ]


def test_the_settings_have_their_counterpart_in_interactions() -> None:
    config = {"audio_transcription_config": {
        "language_codes": ["en"], "custom_vocabulary": ["Ann"], "word_timestamp": True,
        "diarization": True}}  # fmt: skip
    contents = [{"role": "user", "parts": [{"text": "Hi"}]}]
    assert left_out(config) == []
    request, _ = for_api(Request(MODEL, contents, config), "interactions.create")
    assert create_arguments(request)["generation_config"]["transcription_config"] == {
        "language_codes": ["en"],
        "custom_vocabulary": ["Ann"],
        "mode": {
            "type": "verbatim",
            "diarization_mode": "speaker",
            "timestamp_granularities": ["word"],
        },
    }
    smart = {"audio_transcription_config": {"mode": "SMART", "source_text": "Draft"}}
    sent = create_arguments(Request(MODEL, contents, smart, "interactions.create"))
    assert sent["generation_config"]["transcription_config"] == {
        "mode": {"type": "smart", "source_text": "Draft"}
    }


def test_transcription_models_are_those_for_files() -> None:
    names = [MODEL, "gemini-3.5-transcribe-live", "gemini-3.8-flash"]
    assert [m.name for m in transcribers(map(unknown, names))] == [MODEL]
