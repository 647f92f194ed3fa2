"""Pictures, recordings and documents sent inline: what is in them comes back, word for word."""

import json
import re
from pathlib import Path

import pytest
from google import genai
from google.genai import errors, types

from tests.emulator.hearing import heard_well

MEDIA = Path(__file__).parents[2] / "samples" / "media"
TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".pdf": "application/pdf",
    ".mp3": "audio/mp3",
    ".ogg": "audio/ogg",
    ".wav": "audio/wav",
}
LISTED = {item["file"]: item for item in json.loads((MEDIA / "media.json").read_text())["media"]}


def part(name: str) -> types.Part:
    path = MEDIA / name
    return types.Part.from_bytes(data=path.read_bytes(), mime_type=TYPES[path.suffix])


def ask(client: genai.Client, *contents, **config) -> types.GenerateContentResponse:
    return client.models.generate_content(
        model="gemini-2.5-flash",
        contents=list(contents),
        config=types.GenerateContentConfig(**config),
    )


def text_of(client: genai.Client, *contents, **config) -> str:
    return ask(client, *contents, **config).text or ""


def timed(text: str) -> tuple[list[int], str]:
    """The times of "[MM:SS] words" in seconds, and all the words."""
    times = [60 * int(m) + int(s) for m, s in re.findall(r"\[(\d\d):(\d\d)\]", text)]
    return times, re.sub(r"\[[\d:]+\]", "", text)


def test_the_text_of_a_picture_comes_back_line_by_line(small: genai.Client) -> None:
    prompt = "What does this sign say? Answer with its text, line by line."
    response = ask(small, part("sign.png"), prompt)
    text = LISTED["sign.png"]["truth"]["text"]
    assert response.text.splitlines()[: len(text)] == text
    assert response.model_version == "pp-ocrv6-small and color regions (local)"


def test_the_shapes_of_a_drawing_are_listed_from_left_to_right(small: genai.Client) -> None:
    text = text_of(small, part("shapes.png"), "List the shapes in this picture.")
    assert all(shape in text for shape in LISTED["shapes.png"]["truth"]["shapes"])
    assert text.index("red circle, top left") < text.index("purple star, bottom right")


def test_what_a_photo_shows_is_not_made_up(small: genai.Client) -> None:
    text = text_of(small, part("cat.jpg"), "Describe this photo in three sentences.")
    assert "451 x 300 pixels" in text
    assert "no model that recognizes it" in text


def test_a_question_about_a_picture_gets_what_is_written(small: genai.Client) -> None:
    text = text_of(small, part("invoice.png"), "What is the total?")
    assert "\nTOTAL EUR 2,188.20\n" in text


def test_speech_is_transcribed_with_its_times(small: genai.Client) -> None:
    response = ask(small, part("notice.mp3"), "Transcribe the speech with times as [MM:SS].")
    times, words = timed(response.text)
    assert times[0] == pytest.approx(0, abs=1)
    assert times[-1] == pytest.approx(17, abs=2)
    assert heard_well(" ".join(LISTED["notice.mp3"]["truth"]["says"]), words), words
    assert response.model_version == "whisper-tiny.en (local)"


def test_a_transcript_streams_sentence_by_sentence(small: genai.Client) -> None:
    chunks = list(
        small.models.generate_content_stream(
            model="gemini-2.5-flash", contents=[part("meeting.ogg"), "Transcribe it."]
        )
    )
    assert len([chunk for chunk in chunks if chunk.text]) >= 3
    _, words = timed("".join(chunk.text or "" for chunk in chunks))
    assert heard_well(" ".join(LISTED["meeting.ogg"]["truth"]["says"]), words), words


def test_only_the_part_that_is_asked_for(small: genai.Client) -> None:
    prompt = "Transcribe only what is said from 00:11 to 00:17."
    times, words = timed(text_of(small, part("notice.mp3"), prompt))
    assert heard_well(" ".join(LISTED["notice.mp3"]["truth"]["says"][3:5]), words), words
    assert times[0] == pytest.approx(11, abs=1)


def test_silence_and_tones_are_called_so(small: genai.Client) -> None:
    silence = text_of(small, part("silence.wav"), "Transcribe the speech.")
    assert "No speech was found" in silence
    assert "The recording is silent" in silence
    beeps = text_of(small, part("beeps.wav"), "Describe the sounds in it.")
    assert beeps.count("a steady tone of 1000 Hz") == 3


@pytest.mark.parametrize("fact", LISTED["report.pdf"]["truth"]["facts"], ids=lambda f: f["answer"])
def test_a_fact_in_a_pdf_is_quoted_with_its_page(small: genai.Client, fact: dict) -> None:
    text = text_of(small, part("report.pdf"), fact["question"])
    quotes = [line for line in text.splitlines() if line.startswith("> ")]
    assert any(fact["answer"] in q and f"[p. {fact['page']}]" in q for q in quotes)


def test_a_scan_is_read(small: genai.Client) -> None:
    text = text_of(small, part("scan.pdf"), "Which ship leaves at 10:45 on Saturdays?")
    assert "Kittiwake" in text
    assert "[p. 1]" in text


def test_a_document_that_shares_no_word_with_the_question_is_shown_from_its_start(
    small: genai.Client,
) -> None:
    text = text_of(small, part("report.pdf"), "Zusammenfassen!")
    assert text.startswith("No passage shares a word with the question. The text begins:\n\n> ")
    assert "[p. 1]" in text


def test_a_short_document_is_given_whole(small: genai.Client) -> None:
    text = text_of(small, part("invoice.pdf"), "Extract every table, as tables.")
    assert text.startswith("[p. 1]\n")
    assert "Item Quantity Price Amount\nCity bicycle, 28 inch 4 389.00 1,556.00" in text


def test_a_follow_up_is_about_the_same_file(small: genai.Client) -> None:
    history = [
        types.Content(role="user", parts=[part("report.pdf"), types.Part(text="Summarize it.")]),
        types.Content(role="model", parts=[types.Part(text="It is about ferries.")]),
        types.Content(role="user", parts=[types.Part(text="Who opened the new pier?")]),
    ]
    assert "Ruth Adeyemi" in text_of(small, *history)


def test_several_files_are_answered_one_by_one(small: genai.Client) -> None:
    text = text_of(small, part("shapes.png"), part("sign.png"), "Compare the images.")
    assert text.index("**File 1**") < text.index("purple star") < text.index("**File 2**")
    assert "PIER 7" in text


def test_limits_hold_for_what_is_found_too(small: genai.Client) -> None:
    response = ask(small, part("sign.png"), "Read the text.", max_output_tokens=4)
    assert response.candidates[0].finish_reason is types.FinishReason.MAX_TOKENS
    assert response.usage_metadata.candidates_token_count == 4
    stopped = ask(small, part("sign.png"), "Read the text.", stop_sequences=["Ferry"])
    assert stopped.text == "PIER 7\n"


@pytest.mark.parametrize(
    ("name", "modality", "tokens"),
    [
        ("cat.jpg", "IMAGE", 258),
        ("shapes.png", "IMAGE", 2 * 258),
        ("report.pdf", "DOCUMENT", 9 * 258),
        ("beeps.wav", "AUDIO", 96),
    ],
)
def test_media_count_as_the_api_counts_them(
    small: genai.Client, client: genai.Client, name: str, modality: str, tokens: int
) -> None:
    for one, model in ((small, "gemini-2.5-flash"), (client, "echo")):
        contents = [part(name), "Describe it."]
        usage = one.models.generate_content(model=model, contents=contents).usage_metadata
        details = {d.modality.name: d.token_count for d in usage.prompt_tokens_details}
        assert details[modality] == tokens
        assert sum(details.values()) == usage.prompt_token_count
        counted = one.models.count_tokens(model=model, contents=contents)
        assert counted.total_tokens == usage.prompt_token_count


@pytest.mark.parametrize(
    ("data", "mime_type", "why"),
    [
        (b"1234", "video/mp4", "no model here can watch it"),
        (b"1234", "image/png", "isn't an image"),
        (b"1234", "audio/wav", "isn't a recording"),
        (b"1234", "application/pdf", "damaged, or isn't a PDF"),
        (b"1234", "application/zip", "Unsupported MIME type"),
    ],
)
def test_what_can_t_be_read_is_refused_with_the_reason(
    small: genai.Client, data: bytes, mime_type: str, why: str
) -> None:
    with pytest.raises(errors.ClientError, match=why) as caught:
        ask(small, types.Part.from_bytes(data=data, mime_type=mime_type), "What is this?")
    assert caught.value.code == 400


def test_a_long_text_file_is_read_by_its_passages(small: genai.Client) -> None:
    filler = "".join(f"On day {n} nothing of note was seen at sea.\n\n" for n in range(400))
    data = f"{filler}The lighthouse keeper was called Odile.\n\n{filler}".encode()
    text = text_of(
        small,
        types.Part.from_bytes(data=data, mime_type="text/plain"),
        "What was the lighthouse keeper called?",
    )
    assert "Odile" in text


def test_no_thought_is_made_up_about_a_file(small: genai.Client) -> None:
    thinking = types.ThinkingConfig(thinking_budget=64, include_thoughts=True)
    response = ask(small, part("sign.png"), "Read the text.", thinking_config=thinking)
    thought, answer = response.candidates[0].content.parts
    assert thought.thought
    assert answer.text.startswith("PIER 7")
