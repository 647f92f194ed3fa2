"""Generation settings: each acts, and shows in the reply as the API shows it."""

import base64
import math

import pytest
from google import genai
from google.genai import errors, types


def generate(client: genai.Client, contents, model: str = "echo", **config):
    return client.models.generate_content(
        model=model, contents=contents, config=types.GenerateContentConfig(**config)
    )


def parts_of(response: types.GenerateContentResponse) -> list[types.Part]:
    assert response.candidates
    assert response.candidates[0].content
    return response.candidates[0].content.parts or []


def test_max_output_tokens_cuts_and_says_so(client: genai.Client) -> None:
    response = generate(client, "one two three four five", max_output_tokens=3)
    assert response.text == "Echo: one"
    assert response.candidates[0].finish_reason is types.FinishReason.MAX_TOKENS
    assert response.usage_metadata.candidates_token_count == 3


def test_a_stop_sequence_ends_the_answer_before_it(client: genai.Client) -> None:
    response = generate(client, "one two STOP three", stop_sequences=["STOP", "never"])
    assert response.text == "Echo: one two "
    assert response.candidates[0].finish_reason is types.FinishReason.STOP


def test_logprobs_come_with_their_alternatives(client: genai.Client) -> None:
    response = generate(client, "Hi", response_logprobs=True, logprobs=3)
    candidate = response.candidates[0]
    result = candidate.logprobs_result
    assert "".join(token.token for token in result.chosen_candidates) == response.text
    assert len(result.top_candidates) == len(result.chosen_candidates)
    for chosen, top in zip(result.chosen_candidates, result.top_candidates, strict=True):
        assert len(top.candidates) == 3
        assert chosen.log_probability == max(t.log_probability for t in top.candidates)
        assert chosen.token_id == top.candidates[0].token_id
    mean = sum(t.log_probability for t in result.chosen_candidates) / len(result.chosen_candidates)
    assert math.isclose(candidate.avg_logprobs, mean)
    assert math.isclose(result.log_probability_sum, mean * len(result.chosen_candidates))


def test_logprobs_without_alternatives(client: genai.Client) -> None:
    result = generate(client, "Hi", response_logprobs=True).candidates[0].logprobs_result
    assert result.chosen_candidates
    assert result.top_candidates is None


def test_gemini_3_takes_one_candidate_only(client: genai.Client) -> None:
    with pytest.raises(errors.ClientError, match="Multiple candidates is not enabled"):
        generate(client, "Hi", model="gemini-3.8-flash", candidate_count=2)


def test_thoughts_come_first_and_are_counted(client: genai.Client) -> None:
    thinking = types.ThinkingConfig(thinking_budget=500, include_thoughts=True)
    response = generate(client, "Why?", "gemini-2.5-flash", thinking_config=thinking)
    thought, answer = parts_of(response)
    assert thought.thought
    assert thought.text.startswith("I was asked to think")
    assert answer.thought is None
    assert len(answer.thought_signature) > 20
    usage = response.usage_metadata
    assert usage.thoughts_token_count > 0
    assert usage.total_token_count == (
        usage.prompt_token_count + usage.candidates_token_count + usage.thoughts_token_count
    )


def test_thoughts_stay_hidden_unless_asked_for(client: genai.Client) -> None:
    thinking = types.ThinkingConfig(thinking_budget=500)
    response = generate(client, "Why?", "gemini-2.5-flash", thinking_config=thinking)
    assert [part.thought for part in parts_of(response)] == [None]
    assert response.usage_metadata.thoughts_token_count > 0


def test_thinking_keeps_to_its_budget(client: genai.Client) -> None:
    thinking = types.ThinkingConfig(thinking_budget=3, include_thoughts=True)
    response = generate(client, "Why?", "gemini-2.5-flash", thinking_config=thinking)
    assert parts_of(response)[0].text == "I was asked"
    assert response.usage_metadata.thoughts_token_count == 3


def test_thinking_shares_the_output_tokens(client: genai.Client) -> None:
    thinking = types.ThinkingConfig(thinking_budget=5)
    config = {"thinking_config": thinking, "max_output_tokens": 4}
    response = generate(client, "Why?", "gemini-2.5-flash", **config)
    assert parts_of(response) == []
    assert response.candidates[0].finish_reason is types.FinishReason.MAX_TOKENS
    assert response.usage_metadata.thoughts_token_count == 4


@pytest.mark.parametrize(
    ("model", "config", "message"),
    [
        ("gemini-2.5-pro", {"thinking_budget": 0}, "Budget 0 is invalid"),
        ("gemini-2.5-pro", {"thinking_budget": 127}, "between 128 and 32768"),
        ("gemini-2.5-flash-lite", {"thinking_budget": 100}, "between 512 and 24576"),
        ("gemini-2.5-flash", {"thinking_budget": -2}, "The thinking budget -2 is invalid"),
        ("gemini-2.5-flash", {"thinking_level": "LOW"}, "Thinking level is not supported"),
        ("gemini-3.1-pro-preview", {"thinking_level": "MINIMAL"}, "it takes LOW, MEDIUM, HIGH"),
        ("gemini-3.8-flash", {"thinking_level": "MINIMAL"}, "it takes LOW, MEDIUM, HIGH"),
        ("gemini-3.8-flash", {"thinking_level": "LOW", "thinking_budget": 9}, "only one of"),
        ("gemini-4-argon", {"thinking_level": "XHIGH"}, "it takes LOW, MEDIUM, HIGH"),
        ("gemini-3.8-flash", {"thinking_budget": 0}, "Budget 0 is invalid"),
        ("gemini-2.0-flash-001", {"thinking_budget": 9}, "Thinking is not enabled"),
    ],
)
def test_thinking_follows_the_model_s_rules(
    client: genai.Client, model: str, config: dict, message: str
) -> None:
    with pytest.raises(errors.ClientError, match=message) as caught:
        generate(client, "Hi", model, thinking_config=types.ThinkingConfig(**config))
    assert caught.value.code == 400


@pytest.mark.parametrize(("level", "tokens"), [("LOW", 96), ("HIGH", 384), ("XHIGH", 768)])
def test_a_level_is_a_budget(client: genai.Client, level: str, tokens: int) -> None:
    thinking = types.ThinkingConfig(thinking_level=level, include_thoughts=True)
    response = generate(client, "x. " * 900, "gemini-4-hydrogen", thinking_config=thinking)
    assert response.usage_metadata.thoughts_token_count == tokens


def test_text_files_are_read_and_others_named(client: genai.Client) -> None:
    response = generate(
        client,
        [
            types.Part.from_bytes(data="größer".encode(), mime_type="text/markdown"),
            types.Part.from_bytes(data=bytes(1234), mime_type="image/png"),
            "Look",
        ],
    )
    assert "größer" in response.text
    assert "[image/png, 1,234 bytes]" in response.text
    details = {
        d.modality.name: d.token_count for d in response.usage_metadata.prompt_tokens_details
    }
    assert set(details) == {"TEXT", "IMAGE"}
    assert sum(details.values()) == response.usage_metadata.prompt_token_count


def test_both_base64_alphabets_are_read(client: genai.Client, echo) -> None:
    import httpx2

    text = "ÿÿþ?>~ÿ"
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        data = encode(text.encode()).decode().rstrip("=")
        body = {"contents": {"parts": {"inline_data": {"mime_type": "text/plain", "data": data}}}}
        url = f"{echo.url}/v1beta/models/echo:generateContent"
        reply = httpx2.post(url, json=body, headers={"x-goog-api-key": "k"}).json()
        assert text in reply["candidates"][0]["content"]["parts"][0]["text"]
