"""The emulator answering from an OpenAI-compatible server, a scripted one with its faults."""

import base64
import json
import socket
from collections.abc import Callable, Iterator

import httpx2
import pytest
from google import genai
from google.genai import errors, types

from emulator import launch
from tests.emulator.fake_openai import (
    DONE,
    MODEL,
    FakeOpenAI,
    Script,
    as_json,
    chunk,
    event,
    serving,
    usage,
    whole,
    words,
)

KEY = "a-very-secret-key"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
WEATHER = types.FunctionDeclaration(
    name="get_weather",
    description="The weather in a city",
    parameters_json_schema={"type": "object", "properties": {"city": {"type": "string"}}},
)
TOOLS = [types.Tool(function_declarations=[WEATHER])]


@pytest.fixture(scope="module")
def server() -> Iterator[FakeOpenAI]:
    with serving() as fake:
        yield fake


@pytest.fixture(scope="module")
def emulator(server: FakeOpenAI) -> Iterator[launch.Emulator]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMULATOR_OPENAI_URL", server.url.removesuffix("/v1"))
        patch.setenv("EMULATOR_OPENAI_KEY", KEY)
        with launch.start() as emulator:
            yield emulator


@pytest.fixture(scope="module")
def client(emulator: launch.Emulator, connect: Callable[..., genai.Client]) -> genai.Client:
    return connect(emulator.url)


def ask(client: genai.Client, contents="Hello", model="gemini-2.5-flash", **config):
    return client.models.generate_content(
        model=model, contents=contents, config=types.GenerateContentConfig(**config)
    )


def stream(client: genai.Client, **config) -> list[types.GenerateContentResponse]:
    return list(
        client.models.generate_content_stream(
            model="gemini-2.5-flash", contents="Hello", config=types.GenerateContentConfig(**config)
        )
    )


def test_it_is_named_by_the_first_model_that_writes(
    emulator: launch.Emulator, client: genai.Client
) -> None:
    assert emulator.engine == "openai"
    assert emulator.model.startswith(f"{MODEL} at 127.0.0.1:")
    first = next(iter(client.models.list()))
    assert first.name == "models/gemma3-4b"
    assert first.input_token_limit is None


def test_words_stream_with_the_server_s_usage_and_model(
    server: FakeOpenAI, client: genai.Client
) -> None:
    server.answers(words("One ", "two ", "three."))
    chunks = stream(client, temperature=0.5, max_output_tokens=40, stop_sequences=["x"])
    assert [c.text for c in chunks if c.text] == ["One ", "two ", "three."]
    assert {c.model_version for c in chunks} == {MODEL}
    last = chunks[-1]
    assert last.candidates[0].finish_reason == "STOP"
    assert last.usage_metadata.prompt_token_count == 7
    assert last.usage_metadata.candidates_token_count == 3
    path, body, headers = server.asked[-1]
    assert (path, headers["authorization"]) == ("/v1/chat/completions", f"Bearer {KEY}")
    assert body == {
        "model": MODEL,
        "messages": [{"role": "user", "content": "Hello"}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0.5,
        "max_tokens": 40,
        "stop": ["x"],
    }


def test_length_and_filter_are_told(server: FakeOpenAI, client: genai.Client) -> None:
    server.answers(words("Cut", finish="length"), words("No", finish="content_filter"))
    assert ask(client).candidates[0].finish_reason == "MAX_TOKENS"
    assert ask(client).candidates[0].finish_reason == "SAFETY"


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
def test_what_was_reasoned_is_a_thought(
    server: FakeOpenAI, client: genai.Client, name: str
) -> None:
    reply = Script([chunk(**{name: "Hm."}), chunk(content="Yes"), chunk("stop"), usage(3, 9, 5)])
    server.answers(reply, reply)
    config = {"include_thoughts": True, "thinking_budget": 2_000}
    response = ask(client, thinking_config=config)
    thought, answer = response.candidates[0].content.parts
    assert (thought.thought, thought.text, answer.text) == (True, "Hm.", "Yes")
    assert response.usage_metadata.thoughts_token_count == 5
    assert response.usage_metadata.candidates_token_count == 4
    assert server.body["reasoning_effort"] == "medium"
    assert [p.text for p in ask(client).candidates[0].content.parts] == ["Yes"]
    assert "reasoning_effort" not in server.body
    for config, effort in (({"thinking_level": "HIGH"}, "high"), ({"thinking_budget": 0}, "none")):
        server.answers(words("Yes"))
        ask(client, model="gemma3-4b", thinking_config=config)
        assert server.body["reasoning_effort"] == effort


def test_images_go_along_and_what_has_no_place_is_refused(
    server: FakeOpenAI, client: genai.Client
) -> None:
    server.answers(words("A pixel."))
    ask(client, [types.Part.from_bytes(data=PIXEL, mime_type="image/png"), "What is it?"])
    image, text = server.body["messages"][0]["content"]
    assert image["image_url"]["url"] == f"data:image/png;base64,{base64.b64encode(PIXEL).decode()}"
    assert text == {"type": "text", "text": "What is it?"}
    server.answers()
    for mime_type, named in (("application/pdf", "PDFs"), ("video/mp4", "video")):
        with pytest.raises(errors.ClientError, match=f"take no {named}") as refused:
            ask(client, [types.Part.from_bytes(data=b"x", mime_type=mime_type)])
        assert refused.value.code == 400
    assert not server.asked


def test_functions_are_called_by_the_model(server: FakeOpenAI, client: genai.Client) -> None:
    first = {"index": 0, "id": "c1", "function": {"name": "get_weather", "arguments": ""}}
    bits = [{"index": 0, "function": {"arguments": bit}} for bit in ('{"city": ', '"Oslo"}')]
    calls = [chunk(tool_calls=[one]) for one in (first, *bits)]
    server.answers(
        Script([*calls, chunk("tool_calls"), usage(9, 4), DONE]), words("It is 7 degrees.")
    )
    question = types.Content(role="user", parts=[types.Part(text="Weather in Oslo?")])
    config = {"tool_config": {"function_calling_config": {"mode": "ANY"}}}
    response = ask(client, [question], "gemini-3.1-pro-preview", tools=TOOLS, **config)
    part = response.candidates[0].content.parts[0]
    assert (part.function_call.id, part.function_call.args) == ("c1", {"city": "Oslo"})
    assert part.thought_signature  # which a client of this model has to send back
    tool = server.body["tools"][0]["function"]
    assert (tool["name"], server.body["tool_choice"]) == ("get_weather", "required")

    result = types.Part.from_function_response(name="get_weather", response={"degrees": 7})
    said = [question, response.candidates[0].content, types.Content(role="user", parts=[result])]
    assert ask(client, said, "gemini-3.1-pro-preview", tools=TOOLS).text == "It is 7 degrees."
    _, called, returned = server.body["messages"]
    assert called["tool_calls"][0]["function"]["arguments"] == '{"city": "Oslo"}'
    assert returned == {"role": "tool", "tool_call_id": "c1", "content": '{"degrees": 7}'}


def test_half_a_call_is_malformed(server: FakeOpenAI, client: genai.Client) -> None:
    call = {"index": 0, "id": "c1", "function": {"name": "get_weather", "arguments": '{"city'}}
    server.answers(Script([chunk(tool_calls=[call]), chunk("stop"), DONE]))
    candidate = ask(client, tools=TOOLS).candidates[0]
    assert candidate.finish_reason == "MALFORMED_FUNCTION_CALL"


def test_a_call_that_is_required_and_not_made_is_told(
    server: FakeOpenAI, client: genai.Client
) -> None:
    server.answers(words("I can't."))
    config = {"tool_config": {"function_calling_config": {"mode": "ANY"}}}
    with pytest.raises(errors.ClientError, match="A function call was required, and gemma3:4b"):
        ask(client, tools=TOOLS, **config)


SCHEMA = {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}


def test_a_schema_is_the_server_s_to_keep(server: FakeOpenAI, client: genai.Client) -> None:
    server.answers(words('{"age"', ": 36}"), words('"wild"'), words("Ada is 36."))
    config = {"response_mime_type": "application/json", "response_json_schema": SCHEMA}
    assert ask(client, **config).text == '{"age": 36}'
    sent = server.body["response_format"]
    assert sent["type"] == "json_schema"
    assert SCHEMA.items() <= sent["json_schema"]["schema"].items()
    enum = {"type": "STRING", "enum": ["calm", "wild"]}
    assert ask(client, response_mime_type="text/x.enum", response_schema=enum).text == "wild"
    with pytest.raises(errors.ClientError, match="JSON was asked for"):
        ask(client, **config)


def test_vectors_come_from_the_model_that_embeds(server: FakeOpenAI, client: genai.Client) -> None:
    rows = [{"index": 1, "embedding": [0, 2]}, {"index": 0, "embedding": [3, 4]}]
    server.answers(as_json({"data": rows, "usage": {"prompt_tokens": 5}}))
    response = client.models.embed_content(model="gemma3-4b", contents=["one", "two"])
    assert [e.values for e in response.embeddings] == [[0.6, 0.8], [0.0, 1.0]]
    assert server.asked[-1][0] == "/v1/embeddings"
    assert server.body == {"model": "nomic-embed-text", "input": ["one", "two"]}
    server.answers(as_json({"error": {"message": "no such route"}}, 404))
    with pytest.raises(errors.ClientError, match="no such route"):
        client.models.embed_content(model="gemma3-4b", contents=["one"])


def test_tokens_are_counted_where_the_server_can(server: FakeOpenAI, client: genai.Client) -> None:
    server.answers(as_json({"prompt": "<user>Hello"}), as_json({"tokens": [1, 2, 3]}))
    assert client.models.count_tokens(model="gemma3-4b", contents="Hello").total_tokens == 3
    assert [path for path, *_ in server.asked] == ["/apply-template", "/tokenize"]
    server.answers()
    with pytest.raises(errors.ClientError, match="has no way to count tokens"):
        client.models.count_tokens(model="gemma3-4b", contents="Hello")


ODDS = {"content": [{"token": "Hi", "logprob": -0.5, "top_logprobs": []}]}


def test_log_probabilities_are_given_or_refused(server: FakeOpenAI, client: genai.Client) -> None:
    choice = {"index": 0, "delta": {"content": "Hi"}, "logprobs": ODDS, "finish_reason": "stop"}
    server.answers(Script([event({"choices": [choice]}), DONE]), words("Hi"))
    config = {"response_logprobs": True}
    assert ask(client, **config).candidates[0].avg_logprobs == -0.5
    with pytest.raises(errors.ClientError, match="no log probabilities"):
        ask(client, **config)


HALF_THE_PROTOCOL = {
    "no stream": (whole("Whole."),),
    "no usage": (Script([chunk(content="Whole."), chunk("stop"), DONE]),),
    "no last event": (Script([chunk(content="Whole."), chunk("stop")]),),
    "no reason at the end": (Script([chunk(content="Whole."), DONE]),),
    "comments": (Script([": ping\n\n", chunk(content="Whole."), "\n: x\n", chunk("stop"), DONE]),),
    "refuses stream_options": (
        as_json({"detail": [{"msg": "Extra inputs: stream_options"}]}, 422),
        words("Whole."),
    ),
    "refuses stream": (
        as_json({"error": "stream is not supported"}, 400),
        whole("Whole."),
    ),
}


@pytest.mark.parametrize("replies", HALF_THE_PROTOCOL.values(), ids=HALF_THE_PROTOCOL)
def test_half_the_protocol_is_enough(connect, replies: tuple[Script, ...]) -> None:
    with serving() as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMULATOR_OPENAI_URL", server.url)
        patch.setenv("EMULATOR_OPENAI_MODEL", "named")
        with launch.start("openai") as emulator:
            server.answers(*replies)
            assert "".join(c.text or "" for c in stream(connect(emulator.url))) == "Whole."
            assert not server.queue
            server.answers(whole("Again."))
            assert ask(connect(emulator.url)).text == "Again."  # what was refused isn't sent anew
            assert len(server.asked) == 1


FAULTS = {
    "wrong key": (as_json({"error": {"message": f"Bad key {KEY}"}}, 401), 400, "refused the emu"),
    "unknown model": (as_json({"error": "model not found"}, 404), 400, "model not found"),
    "no pictures": (as_json({"error": {"message": "images are not supported"}}, 500), 400, "image"),
    "500": (as_json({"error": {"message": f"oops {KEY}"}}, 500), 503, r"failed \(500\): oops \[ke"),
    "rubbish": (Script(["<html>Bad gateway</html>"]), 503, "ended its answer"),
    "rubbish JSON": (
        Script(["data: {nonsense\n\n"]),
        503,
        "not OpenAI's protocol: '{nonsense'",
    ),
    "a page": (Script(["<html>"], 200, "text/html"), 503, "not OpenAI's protocol: '<html>'"),
    "another protocol": (Script([event({"choices": "none"})]), 503, "not a chat completion"),
    "no event ends": (Script(["data: " + "x" * 1_000_000] * 9), 503, "more than 8 MB"),
    "too long": (
        as_json({"error": {"code": 400, "n_prompt_tokens": 900, "n_ctx": 512}}, 400),
        400,
        r"input token count \(900\) exceeds the maximum number of tokens allowed \(512\)",
    ),
}


@pytest.mark.parametrize(("reply", "code", "words"), FAULTS.values(), ids=FAULTS)
def test_a_fault_before_the_first_word_has_its_own_status(
    server: FakeOpenAI, client: genai.Client, reply: Script, code: int, words: str
) -> None:
    server.answers(reply, reply)
    with pytest.raises(errors.APIError, match=words) as caught:
        ask(client)
    assert caught.value.code == code
    assert KEY not in str(caught.value.details)
    with pytest.raises(errors.APIError, match=words):
        stream(client)


def test_the_wait_of_a_429_is_passed_on(server: FakeOpenAI, client: genai.Client) -> None:
    server.answers(as_json({"error": {"message": "slow down"}}, 429, retry_after="12"))
    with pytest.raises(errors.ClientError, match="slow down") as caught:
        ask(client)
    assert caught.value.code == 429
    assert caught.value.details["error"]["details"][0]["retryDelay"] == "12s"


MIDDLE = {
    "cut": (Script([chunk(content="One ")], then="cut"), "broke in the middle"),
    "ends early": (Script([chunk(content="One ")]), "ended its answer in the middle"),
    "an error": (
        Script([chunk(content="One "), event({"error": {"message": "GPU gone"}})]),
        "GPU",
    ),
    "rubbish": (Script([chunk(content="One "), "data: <<<\n\n"]), "not OpenAI's protocol"),
}


@pytest.mark.parametrize(("reply", "words"), MIDDLE.values(), ids=MIDDLE)
def test_a_fault_in_the_middle_comes_after_what_arrived(
    server: FakeOpenAI, client: genai.Client, reply: Script, words: str
) -> None:
    server.answers(reply)
    answer = client.models.generate_content_stream(model="gemma3-4b", contents="Hello")
    assert next(answer).text == "One "
    with pytest.raises(errors.ServerError, match=words):
        next(answer)


def test_a_client_that_leaves_ends_a_hanging_answer(
    server: FakeOpenAI, client: genai.Client, emulator: launch.Emulator
) -> None:
    server.answers(Script([chunk(content="One ")], then="hang"))
    answer = client.models.generate_content_stream(model="gemma3-4b", contents="Hello")
    assert next(iter(answer)).text == "One "
    assert httpx2.get(f"{emulator.url}/healthz").json()["answering"] == 1
    answer.close()
    server.answers(words("Next."))
    assert ask(client).text == "Next."


def test_the_other_endpoints_answer_from_it(
    server: FakeOpenAI, client: genai.Client, emulator: launch.Emulator
) -> None:
    server.answers(words("By steps."), words("By OpenAI."), whole("No count."))
    interaction = client.interactions.create(model="gemini-2.5-flash", input="Hello")
    assert interaction.steps[-1].content[0].text == "By steps."
    assert (interaction.model, interaction.usage.total_input_tokens) == (MODEL, 7)
    reply = httpx2.post(
        f"{emulator.url}/v1beta/openai/chat/completions",
        json={"model": "gemini-2.5-flash", "messages": [{"role": "user", "content": "Hello"}]},
        headers={"authorization": "Bearer k"},
    ).json()
    assert (reply["choices"][0]["message"]["content"], reply["model"]) == ("By OpenAI.", MODEL)
    assert reply["usage"]["prompt_tokens"] == 7
    uncounted = client.interactions.create(model="gemini-2.5-flash", input="Hello")
    assert uncounted.status == "completed"


def test_away_at_the_start_and_there_later(connect, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("EMULATOR_OPENAI_URL", f"127.0.0.1:{port}")
    with launch.start() as emulator:
        assert emulator.model == f"the server at 127.0.0.1:{port}"
        away = connect(emulator.url)
        with pytest.raises(errors.ServerError, match=f"Nothing answers at http://127.0.0.1:{port}"):
            ask(away)
        with serving(port) as server:
            server.answers(words("Here."))
            assert ask(away).text == "Here."
            assert server.body["model"] == MODEL


def test_an_address_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMULATOR_OPENAI_URL", "ftp://somewhere")
    with pytest.raises(launch.StartError, match="is no address such as http://localhost:11434/v1"):
        launch.start()
    monkeypatch.delenv("EMULATOR_OPENAI_URL")
    with pytest.raises(launch.StartError, match="needs --openai-url"):
        launch.start("openai")


def test_the_key_is_nowhere_in_what_is_written(
    server: FakeOpenAI, client: genai.Client, emulator: launch.Emulator
) -> None:
    server.answers(as_json({"error": {"message": KEY}}, 400))
    with pytest.raises(errors.ClientError) as caught:
        ask(client)
    assert KEY not in json.dumps(caught.value.details)
    assert KEY not in emulator.log()
