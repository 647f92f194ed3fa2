"""The local engine: a real model's tokens, its limits, and its process dying and coming back."""

import asyncio
import json
import os
import signal
import threading
from pathlib import Path

import httpx2
import jsonschema
import pytest
from google import genai
from google.genai import errors, types

from emulator import launch
from emulator.engines import UnavailableError, llama_process, weights

MODEL = "smollm2-135m-instruct"


def ask(client: genai.Client, contents, **config) -> types.GenerateContentResponse:
    return client.models.generate_content(
        model=MODEL, contents=contents, config=types.GenerateContentConfig(**config)
    )


def test_it_streams_tokens_of_its_own(small: genai.Client) -> None:
    chunks = list(
        small.models.generate_content_stream(
            model="gemini-2.5-flash", contents="Say hello.", config={"max_output_tokens": 12}
        )
    )
    assert len(chunks) > 4
    assert {chunk.model_version for chunk in chunks} == {f"{MODEL} (local)"}
    assert 1 <= chunks[-1].usage_metadata.candidates_token_count <= 12
    assert len("".join(chunk.text or "" for chunk in chunks)) > 10


def test_the_model_list_says_what_stands_in(small: genai.Client) -> None:
    models = {model.name: model for model in small.models.list()}
    assert next(iter(models)) == f"models/{MODEL}"
    assert models["models/gemini-2.5-flash"].display_name == (
        "Gemini 2.5 Flash (stand-in: SmolLM2-135M-Instruct on this machine)"
    )


def test_a_seed_gives_the_same_answer_again(small: genai.Client) -> None:
    config = {"seed": 7, "temperature": 1.5, "max_output_tokens": 16}
    first, again = (ask(small, "Tell me about rain.", **config).text for _ in range(2))
    other = ask(small, "Tell me about rain.", **config | {"seed": 8}).text
    assert first == again
    assert first != other


def test_an_answer_keeps_to_its_schema(small: genai.Client) -> None:
    schema = {
        "type": "object",
        "properties": {
            "name": {"type": "string", "maxLength": 20},
            "age": {"type": "integer", "minimum": 1, "maximum": 120},
            "mood": {"type": "string", "enum": ["calm", "wild"]},
        },
        "required": ["name", "age", "mood"],
    }
    config = {"response_mime_type": "application/json", "response_json_schema": schema}
    text = ask(small, "Invent a person.", max_output_tokens=120, **config).text
    jsonschema.validate(json.loads(text), schema)


def test_it_fills_a_function_s_arguments_from_the_message(small: genai.Client) -> None:
    weather = types.FunctionDeclaration(
        name="get_weather",
        description="The weather in a city",
        parameters_json_schema={
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    )
    tools = [types.Tool(function_declarations=[weather])]
    response = ask(small, "What is the weather in Paris?", tools=tools, seed=1, temperature=0)
    assert [(c.name, c.args) for c in response.function_calls] == [
        ("get_weather", {"city": "Paris"})
    ]


def test_thinking_takes_real_tokens_within_its_budget(small: genai.Client) -> None:
    thinking = types.ThinkingConfig(thinking_budget=24, include_thoughts=True)
    response = ask(small, "Why is the sky blue?", thinking_config=thinking, max_output_tokens=40)
    thought, answer = response.candidates[0].content.parts
    usage = response.usage_metadata
    assert thought.thought
    assert thought.text != answer.text
    assert 1 <= usage.thoughts_token_count <= 24
    assert usage.thoughts_token_count + usage.candidates_token_count <= 40


def test_logprobs_are_the_model_s(small: genai.Client) -> None:
    config = {"response_logprobs": True, "logprobs": 2, "max_output_tokens": 5, "temperature": 0}
    result = ask(small, "Hi", **config).candidates[0].logprobs_result
    assert len(result.chosen_candidates) >= 4
    for chosen, top in zip(result.chosen_candidates, result.top_candidates, strict=True):
        assert chosen.log_probability <= 0
        assert len(top.candidates) == 2
        assert top.candidates[0].log_probability >= top.candidates[1].log_probability


def test_stop_sequences_and_candidates(small: genai.Client) -> None:
    response = ask(
        small, "Count: 1, 2, 3,", candidate_count=2, stop_sequences=[","], max_output_tokens=30
    )
    assert [candidate.index for candidate in response.candidates] == [0, 1]
    assert all(
        "," not in (c.content.parts or [types.Part(text="")])[0].text for c in response.candidates
    )


def test_a_prompt_too_long_is_told_with_its_tokens(small: genai.Client) -> None:
    counted = small.models.count_tokens(model=MODEL, contents="word " * 9000).total_tokens
    with pytest.raises(errors.ClientError) as caught:
        ask(small, "word " * 9000)
    assert caught.value.code == 400
    assert f"The input token count ({counted}) exceeds" in caught.value.message


def test_embeddings_know_what_is_alike(small: genai.Client) -> None:
    texts = ["A cat sat on the mat.", "A kitten lies on the rug.", "Stock markets fell sharply."]
    reply = small.models.embed_content(model="gemini-embedding-001", contents=texts)
    cat, kitten, stocks = (embedding.values for embedding in reply.embeddings)

    def near(a: list[float], b: list[float]) -> float:
        return sum(x * y for x, y in zip(a, b, strict=True))

    assert near(cat, cat) == pytest.approx(1)
    assert near(cat, kitten) > near(cat, stocks)


@pytest.mark.parametrize("mime_type", ["video/mp4"])
def test_media_it_has_no_engine_for_are_refused(small: genai.Client, mime_type: str) -> None:
    part = types.Part.from_bytes(data=b"1234", mime_type=mime_type)
    with pytest.raises(errors.ClientError, match="Gemini API key") as caught:
        ask(small, [part, "What is this?"])
    assert caught.value.code == 400


def test_a_model_process_that_dies_is_told_and_replaced(connect) -> None:
    with launch.start("local") as emulator:
        client = connect(emulator.url)
        stream = client.models.generate_content_stream(
            model=MODEL, contents="Write a long story about a dragon."
        )
        next(stream)
        os.kill(model_process(emulator), signal.SIGKILL)
        with pytest.raises(errors.ServerError, match="send this one once more") as caught:
            list(stream)
        assert caught.value.code == 503
        assert ask(client, "Hi", max_output_tokens=4).text
        child = model_process(emulator)
    assert not Path(f"/proc/{child}").exists()


def test_no_connection_to_the_model_is_used_twice() -> None:
    """llama.cpp hangs up on one, now and then, just as the next request goes out."""

    async def ports_of_two_requests() -> list[set[str]]:
        process = llama_process.LlamaProcess(weights.text_weights(), 64, 1)
        found = []
        for _ in range(2):
            await process.post("/tokenize", {"content": "Hi"})
            found.append(_connected_to(process._http.base_url.port))
        await process.close()
        return found

    assert asyncio.run(ports_of_two_requests()) == [set(), set()]


def _connected_to(port: int) -> set[str]:
    """The local ends of this machine's open connections to a port on it."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {
        own
        for _, own, other, state, *_ in lines
        if other.endswith(f":{port:04X}") and state == "01"
    }


def test_a_connection_that_breaks_is_not_called_the_end_of_the_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(llama_process, "END_SECONDS", 0.05)

    def hang_up(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.RemoteProtocolError("Server disconnected without sending a response.")

    async def ask_it() -> None:
        process = llama_process.LlamaProcess(weights.text_weights(), 64, 1)
        await process.post("/tokenize", {"content": "Hi"})
        await process._http.aclose()
        process._http = httpx2.AsyncClient(
            base_url="http://llama", transport=httpx2.MockTransport(hang_up)
        )
        with pytest.raises(UnavailableError, match="connection to the text model broke"):
            await process.post("/tokenize", {"content": "Hi"})
        await process.close()

    asyncio.run(ask_it())


def model_process(emulator: launch.Emulator) -> int:
    """The process id of the emulator's child that holds the model."""
    pid = emulator._process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return next(
        int(c) for c in children if b"llama_child" in Path(f"/proc/{c}/cmdline").read_bytes()
    )


def test_answers_made_at_once_don_t_mix(small: genai.Client) -> None:
    answers: dict[str, str] = {}

    def work(word: str) -> None:
        schema = {"type": "string", "enum": [word]}
        config = {"response_mime_type": "application/json", "response_json_schema": schema}
        answers[word] = json.loads(ask(small, f"Say {word}", **config).text or "")

    words = ["red", "green", "blue", "yellow", "black", "white"]
    threads = [threading.Thread(target=work, args=(word,)) for word in words]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {word: word for word in words}
