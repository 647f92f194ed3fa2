"""Tokens used, counted by the API once, or guessed."""

import gc
import wave
import weakref
from io import BytesIO
from typing import Any

import pytest
from google.genai import types
from PIL import Image

from gemini.api.connect import Connection, Target
from gemini.models.estimate import estimate
from gemini.models.tokens import begin_count, breakdown
from gemini.request import Content
from tests.fake_gemini import FakeGemini, Reply, error

HELLO: list[Content] = [{"role": "user", "parts": [{"text": "Hello"}]}]
MODEL = "gemini-2.5-flash"


# What an answer used


def test_usage_by_kind() -> None:
    usage = {
        "total_token_count": 40,
        "candidates_token_count": 3,
        "thoughts_token_count": 20,
        "tool_use_prompt_token_count": 7,
        "cached_content_token_count": 5,
        "prompt_token_count": 10,
    }
    assert breakdown(usage) == [
        ("Prompt", 10),
        ("Cached", 5),
        ("Tool use", 7),
        ("Thoughts", 20),
        ("Answer", 3),
        ("Total", 40),
    ]


def test_only_what_was_said() -> None:
    assert breakdown({}) == []
    assert breakdown({"prompt_token_count": 0, "total_token_count": None}) == [("Prompt", 0)]


def test_text_alone_is_not_told_twice() -> None:
    usage = {
        "prompt_token_count": 10,
        "prompt_tokens_details": [{"modality": "TEXT", "token_count": 10}],
    }
    assert breakdown(usage) == [("Prompt", 10)]


def test_modalities_follow_their_sum() -> None:
    usage = {
        "prompt_token_count": 268,
        "prompt_tokens_details": [
            {"modality": "TEXT", "token_count": 10},
            {"modality": "IMAGE", "token_count": 258},
        ],
        "candidates_token_count": 5,
        "candidates_tokens_details": [{"modality": "AUDIO"}],
    }
    assert breakdown(usage) == [
        ("Prompt", 268),
        ("Prompt, text", 10),
        ("Prompt, image", 258),
        ("Answer", 5),
        ("Answer, audio", 0),
    ]


def test_what_the_sdk_gives_is_understood() -> None:
    given = types.GenerateContentResponseUsageMetadata.model_validate(
        {
            "promptTokenCount": 268,
            "promptTokensDetails": [{"modality": "DOCUMENT", "tokenCount": 268}],
        }
    )
    usage = given.model_dump(mode="json", exclude_none=True)
    assert breakdown(usage) == [("Prompt", 268), ("Prompt, document", 268)]


# Counting


def count(
    connection: Connection, contents: list[Content], model: str = MODEL, instruction: str = ""
) -> int | None:
    """The tokens as the API counts them, or as they are known; None where that failed."""
    pending = begin_count(connection, model, contents, instruction)
    call = pending.future.result(20)
    return call.response.total_tokens if call.response else None


def words(text: str) -> list[Content]:
    return [{"role": "user", "parts": [{"text": text}]}]


@pytest.fixture
def counting(fake: FakeGemini) -> FakeGemini:
    """Each count is one more than the one before: 11, 12, 13."""
    fake.others["POST models/"] = [Reply(body={"totalTokens": n}) for n in range(11, 30)]
    return fake


def test_the_same_prompt_is_counted_once(counting: FakeGemini, connection: Connection) -> None:
    assert count(connection, HELLO) == 11
    assert count(connection, [dict(HELLO[0])]) == 11
    assert len(counting.seen) == 1


def test_what_differs_is_counted_again(counting: FakeGemini, connection: Connection) -> None:
    image = {"inline_data": {"mime_type": "image/png", "data": b"a"}}
    other = {"inline_data": {"mime_type": "image/png", "data": b"b"}}
    counted = [
        count(connection, HELLO),
        count(connection, HELLO, "gemini-2.5-pro"),
        count(connection, HELLO, instruction="Be brief."),
        count(connection, [{"role": "user", "parts": [image]}]),
        count(connection, [{"role": "user", "parts": [other]}]),
    ]
    assert counted == [11, 12, 13, 14, 15]


def test_the_gemini_api_counts_the_instruction_as_content(
    counting: FakeGemini, connection: Connection
) -> None:
    count(connection, HELLO, instruction="Be brief.")
    texts = [part["text"] for c in counting.seen[0].body["contents"] for part in c["parts"]]
    assert texts == ["Be brief.", "Hello"]


def test_vertex_counts_the_instruction_itself(fake: FakeGemini) -> None:
    connection = Connection(Target("vertex", "express-key", base_url=fake.url))
    fake.others["POST"] = [Reply(body={"totalTokens": 11})]
    count(connection, HELLO, instruction="Be brief.")
    connection.close()
    assert fake.seen[0].body["systemInstruction"]["parts"][0]["text"] == "Be brief."
    assert len(fake.seen[0].body["contents"]) == 1


def test_only_so_many_are_remembered_the_oldest_goes_first(
    counting: FakeGemini, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gemini.models.tokens.MOST_COUNTS", 2)
    for text in ("a", "b", "a", "c", "a"):  # c pushes out b, which was used before a
        count(connection, words(text))
    assert len(counting.seen) == 3
    count(connection, words("b"))
    assert len(counting.seen) == 4


def test_a_failure_is_not_remembered(fake: FakeGemini, connection: Connection) -> None:
    fake.others["POST models/"] = [
        error(403, "PERMISSION_DENIED", "No."),
        Reply(body={"totalTokens": 12}),
    ]
    assert count(connection, HELLO) is None
    assert count(connection, HELLO) == 12


def test_a_connection_is_not_kept_alive_by_its_counts(fake: FakeGemini) -> None:
    connection = Connection(Target("server", "k", base_url=fake.url))
    count(connection, HELLO)
    connection.close()
    alive = weakref.ref(connection)
    del connection
    gc.collect()
    assert alive() is None


# Guessing


def guess(part: dict[str, Any], **options: Any) -> int:
    return estimate([{"role": "user", "parts": [part]}], **options)


def blob(mime_type: str, data: bytes) -> dict[str, Any]:
    return {"inline_data": {"mime_type": mime_type, "data": data}}


def picture(width: int, height: int) -> dict[str, Any]:
    buffer = BytesIO()
    Image.new("1", (width, height)).save(buffer, "PNG")
    return blob("image/png", buffer.getvalue())


def sound(seconds: float) -> dict[str, Any]:
    buffer = BytesIO()
    with wave.open(buffer, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(8000)
        writer.writeframes(b"\0\0" * int(8000 * seconds))
    return blob("audio/wav", buffer.getvalue())


@pytest.mark.parametrize(("text", "tokens"), [("", 0), ("abc", 1), ("abcd", 1), ("a" * 401, 101)])
def test_four_characters_are_a_token(text: str, tokens: int) -> None:
    assert guess({"text": text}) == tokens
    assert guess(blob("text/plain", text.encode())) == tokens


@pytest.mark.parametrize(
    ("size", "tiles"),
    [((1, 1), 1), ((384, 384), 1), ((385, 100), 1), ((768, 769), 2), ((1600, 800), 6)],
)
def test_images_by_tiles(size: tuple[int, int], tiles: int) -> None:
    assert guess(picture(*size)) == 258 * tiles


@pytest.mark.parametrize(
    ("resolution", "image", "page"),
    [
        (None, 1120, 560),
        ("MEDIA_RESOLUTION_LOW", 280, 280),
        ("MEDIA_RESOLUTION_MEDIUM", 560, 560),
        ("MEDIA_RESOLUTION_HIGH", 1120, 1120),
        ("MEDIA_RESOLUTION_OF_NEXT_YEAR", 1120, 560),
    ],
)
def test_media_from_gemini_3_on(resolution: str | None, image: int, page: int) -> None:
    options = {"model": "gemini-3.8-flash", "media_resolution": resolution}
    assert guess(picture(4000, 4000), **options) == image
    assert guess(blob("application/pdf", b"/Type /Page "), **options) == page


@pytest.mark.parametrize(
    ("data", "pages"),
    [
        (b"<< /Type /Pages >> << /Type /Page >> << /Type /Page /Parent >>", 2),
        (b"<</Type/Pages>><</Type/Page>><</Type\n/Page\n>>", 2),
        (b"all in compressed streams", 1),
        (b"", 1),
    ],
)
def test_pages_of_a_pdf(data: bytes, pages: int) -> None:
    assert guess(blob("application/pdf", data)) == 258 * pages


def test_sound_by_its_length() -> None:
    assert guess(sound(2.5)) == 80
    assert guess(blob("audio/mpeg", b"\0" * 32_000)) == 64


@pytest.mark.parametrize(
    ("part", "tokens"),
    [
        (blob("image/png", b"not an image"), 258),
        (blob("audio/wav", b"not a sound"), 1),
        (blob("video/mp4", b"film"), 0),
        ({"file_data": {"file_uri": "files/a"}}, 0),
        ({"function_call": {"name": "f"}}, 0),
        ({"inline_data": {}}, 0),
        ({"text": None}, 0),
    ],
)
def test_what_cannot_be_measured(part: dict[str, Any], tokens: int) -> None:
    assert guess(part) == tokens


def test_contents_add_up() -> None:
    contents = [*HELLO, {"role": "model", "parts": [{"text": "Hi"}]}, {"role": "user"}]
    assert estimate(contents) == 3
    assert estimate([]) == 0
