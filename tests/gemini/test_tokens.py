"""Tokens used, counted by the API once, or guessed."""

import gc
import json
import wave
from io import BytesIO
from typing import Any

import httpx2
import pytest
from google import genai
from google.genai import errors, types
from PIL import Image

from gemini.api.connect import Connection
from gemini.models.estimate import estimate
from gemini.models.tokens import TokenCounter, breakdown
from gemini.request import Content
from tests.fake_gemini import FakeGemini

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


class Counting:
    """A client whose server counts the requests it gets."""

    def __init__(self, *, vertex: bool = False, status: int = 200) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.status = status
        http_client = httpx2.Client(transport=httpx2.MockTransport(self._answer))
        options = types.HttpOptions(httpx_client=http_client)
        self.client = genai.Client(api_key="k", vertexai=vertex, http_options=options)

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.bodies.append(json.loads(request.content))
        if self.status != 200:
            return httpx2.Response(self.status, json={"error": {"code": self.status}})
        return httpx2.Response(200, json={"totalTokens": 10 + len(self.bodies)})


def test_the_same_prompt_is_counted_once() -> None:
    server, counter = Counting(), TokenCounter()
    assert counter.count(server.client, MODEL, HELLO) == 11
    assert counter.count(server.client, MODEL, [dict(HELLO[0])]) == 11
    assert len(server.bodies) == 1


def test_what_differs_is_counted_again() -> None:
    server, counter = Counting(), TokenCounter()
    image = {"inline_data": {"mime_type": "image/png", "data": b"a"}}
    other = {"inline_data": {"mime_type": "image/png", "data": b"b"}}
    counted = [
        counter.count(server.client, MODEL, HELLO),
        counter.count(server.client, "gemini-2.5-pro", HELLO),
        counter.count(server.client, MODEL, HELLO, system_instruction="Be brief."),
        counter.count(server.client, MODEL, [{"role": "user", "parts": [image]}]),
        counter.count(server.client, MODEL, [{"role": "user", "parts": [other]}]),
        counter.count(Counting().client, MODEL, HELLO),
    ]
    assert counted == [11, 12, 13, 14, 15, 11]


def test_the_gemini_api_counts_the_instruction_as_content() -> None:
    server = Counting()
    TokenCounter().count(server.client, MODEL, HELLO, system_instruction="Be brief.")
    texts = [part["text"] for c in server.bodies[0]["contents"] for part in c["parts"]]
    assert texts == ["Be brief.", "Hello"]


def test_vertex_counts_the_instruction_itself() -> None:
    server = Counting(vertex=True)
    TokenCounter().count(server.client, MODEL, HELLO, system_instruction="Be brief.")
    assert server.bodies[0]["systemInstruction"]["parts"][0]["text"] == "Be brief."
    assert len(server.bodies[0]["contents"]) == 1


def test_only_so_many_are_remembered_the_oldest_goes_first() -> None:
    server, counter = Counting(), TokenCounter(most=2)

    def count(text: str) -> None:
        counter.count(server.client, MODEL, [{"role": "user", "parts": [{"text": text}]}])

    for text in ("a", "b", "a", "c", "a"):  # c pushes out b, which was used before a
        count(text)
    assert len(server.bodies) == 3
    count("b")
    assert len(server.bodies) == 4


def test_a_failure_is_passed_on_and_not_remembered() -> None:
    server, counter = Counting(status=403), TokenCounter()
    with pytest.raises(errors.ClientError):
        counter.count(server.client, MODEL, HELLO)
    server.status = 200
    assert counter.count(server.client, MODEL, HELLO) == 12


def test_a_client_is_not_kept_alive_by_its_counts() -> None:
    server, counter = Counting(), TokenCounter()
    counter.count(server.client, MODEL, HELLO)
    assert len(counter._counts) == 1
    del server
    gc.collect()
    assert len(counter._counts) == 0


def test_counting_over_the_wire(fake: FakeGemini, connection: Connection) -> None:
    counter = TokenCounter()
    assert counter.count(connection.client, MODEL, HELLO, system_instruction="Be brief.") == 42
    assert counter.count(connection.client, MODEL, HELLO, system_instruction="Be brief.") == 42
    assert len(fake.seen) == 1


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
