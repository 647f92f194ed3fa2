"""generateContent and streamGenerateContent through the SDK."""

import pytest
from google import genai
from google.genai import types


def test_echo_repeats_what_it_received(client: genai.Client) -> None:
    config = types.GenerateContentConfig(system_instruction="Be brief", temperature=0.5)
    response = client.models.generate_content(
        model="gemini-2.5-flash", contents="Good morning", config=config
    )
    assert response.text is not None
    assert response.text.startswith("Echo: Good morning")
    assert "System instruction: Be brief" in response.text
    assert "temperature 0.5" in response.text
    assert response.model_version == "echo"


def test_the_stream_is_the_whole_in_pieces(client: genai.Client) -> None:
    chunks = list(client.models.generate_content_stream(model="echo", contents="One two three"))
    whole = client.models.generate_content(model="echo", contents="One two three")
    assert len(chunks) > 2
    assert "".join(chunk.text or "" for chunk in chunks) == whole.text
    finishes = [chunk.candidates[0].finish_reason for chunk in chunks if chunk.candidates]
    assert finishes[:-1] == [None] * (len(chunks) - 1)
    assert finishes[-1] is types.FinishReason.STOP
    assert chunks[-1].usage_metadata == whole.usage_metadata


def test_every_candidate_streams_under_its_index(client: genai.Client) -> None:
    texts: dict[int, str] = {}
    for chunk in client.models.generate_content_stream(
        model="gemini-2.5-flash", contents="Hi", config={"candidate_count": 3}
    ):
        for candidate in chunk.candidates or []:
            for part in (candidate.content and candidate.content.parts) or []:
                texts[candidate.index or 0] = texts.get(candidate.index or 0, "") + str(part.text)
    assert sorted(texts) == [0, 1, 2]
    assert "Candidate: 3" in texts[2]


@pytest.mark.parametrize("version", ["v1", "v1beta", "v1alpha"])
def test_every_version_answers(connect, echo, version: str) -> None:
    response = connect(echo.url, version).models.generate_content(model="echo", contents="Hi")
    assert "Echo: Hi" in response.text
