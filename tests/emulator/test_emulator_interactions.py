"""The Interactions API, asked through Google's SDK: `client.aio.interactions`."""

import asyncio
import base64
import json
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from google import genai
from google.genai import _interactions_errors as errors
from google.genai import types

from emulator import launch
from emulator.interactions.messages import InteractionApiError
from emulator.interactions.progress import new_interaction
from emulator.interactions.request import contents_of
from emulator.interactions.store import LIFETIME, InteractionStore
from gemini.api.call import begin
from gemini.api.connect import Connection, Target
from gemini.filling import resume
from gemini.interactions.background import is_running_there
from gemini.live_run import LiveRun
from gemini.request import CREATE_INTERACTION, Request
from gemini.run import Run
from gemini.run_json import run_from_json, run_to_json
from tests.filled import start

MODEL = "gemini-3.8-flash"
WEATHER = {
    "type": "function",
    "name": "get_weather",
    "description": "The weather of a city.",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
    },
}
PIXEL = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
        "gg=="
    )
).decode()

Use = Callable[[Any], Coroutine[Any, Any, Any]]


LONG = "A long story about a heron that waits for its fish in the reeds. " * 4


@pytest.fixture(scope="module")
def slow() -> Iterator[launch.Emulator]:
    """An emulator that takes a tenth of a second for every four tokens."""
    with launch.start("echo", echo_delay=0.1) as emulator:
        yield emulator


def run(url: str, use: Use) -> Any:
    """What `use` makes of the SDK's `interactions`, without retries."""

    async def through_the_client() -> Any:
        options = types.HttpOptions(
            base_url=url,
            api_version="v1beta",
            timeout=150_000,
            retry_options=types.HttpRetryOptions(attempts=1),
        )
        client = genai.Client(api_key="any-key", http_options=options)
        async with client.aio as aio:
            return await use(aio.interactions)

    return asyncio.run(through_the_client())


def create(url: str, **arguments: Any) -> Any:
    return run(url, lambda api: api.create(**{"model": MODEL, **arguments}))


def streamed(url: str, **arguments: Any) -> list[Any]:
    async def use(api: Any) -> list[Any]:
        stream = await api.create(**{"model": MODEL, "stream": True, **arguments})
        return [event async for event in stream]

    return run(url, use)


def kinds(events: list[Any]) -> list[str]:
    return [event.event_type for event in events]


def text_of(events: list[Any]) -> str:
    deltas = [e.delta for e in events if e.event_type == "step.delta"]
    return "".join(delta.text for delta in deltas if delta.type == "text")


# One turn


def test_an_answer_comes_whole(echo: launch.Emulator) -> None:
    interaction = create(echo.url, input="Good morning", system_instruction="Be brief.")
    assert interaction.id.startswith("v1_")
    assert interaction.status == "completed"
    assert interaction.model == "echo"  # what really answered
    assert "Echo: Good morning" in interaction.output_text
    assert "System instruction: Be brief." in interaction.output_text
    assert [step.type for step in interaction.steps] == ["model_output"]
    usage = interaction.usage
    assert usage.total_tokens == (
        usage.total_input_tokens + usage.total_output_tokens + usage.total_thought_tokens
    )
    assert usage.total_input_tokens == 5
    assert usage.input_tokens_by_modality[0].modality == "text"


def test_an_answer_comes_in_events(echo: launch.Emulator) -> None:
    config = {"thinking_level": "low"}
    events = streamed(echo.url, input="Good morning", generation_config=config)
    event_types = kinds(events)
    assert event_types[0] == "interaction.created"
    assert event_types[-1] == "interaction.completed"
    assert event_types.count("step.start") == event_types.count("step.stop") == 2
    assert [e.event_id for e in events] == [str(n + 1) for n in range(len(events))]
    step_types = [e.step.type for e in events if e.event_type == "step.start"]
    assert step_types == ["thought", "model_output"]
    assert "Echo: Good morning" in text_of(events)
    assert events[0].interaction.status == "in_progress"
    last = events[-1].interaction
    assert last.status == "completed"
    assert last.usage.total_output_tokens > 0
    whole = run(echo.url, lambda api: api.get(id=last.id))
    assert whole.output_text == text_of(events)


def test_thoughts_are_summed_up_where_that_is_asked_for(echo: launch.Emulator) -> None:
    config = {"thinking_level": "high", "thinking_summaries": "auto"}
    events = streamed(echo.url, input="Think", generation_config=config)
    deltas = [e.delta for e in events if e.event_type == "step.delta"]
    thoughts = "".join(d.content.text for d in deltas if d.type == "thought_summary")
    assert thoughts.startswith("I was asked to think")
    assert [d.type for d in deltas].count("thought_signature") == 1
    whole = create(echo.url, input="Think", generation_config=config)
    assert whole.steps[0].summary[0].text == thoughts
    assert whole.steps[0].signature
    silent = create(
        echo.url, input="Think", generation_config={**config, "thinking_summaries": "none"}
    )
    assert silent.steps[0].signature
    assert not silent.steps[0].summary


def test_an_answer_that_is_cut_by_its_limit_is_incomplete(echo: launch.Emulator) -> None:
    config = {"max_output_tokens": 5, "thinking_level": "low"}
    interaction = create(echo.url, input="Good morning", generation_config=config)
    assert interaction.status == "incomplete"


def test_structured_output(echo: launch.Emulator) -> None:
    schema = {
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
        "required": ["city", "days"],
    }
    form = {"type": "text", "mime_type": "application/json", "schema": schema}
    for response_format in (form, [form]):
        interaction = create(echo.url, input="Paris, 3 days", response_format=response_format)
        assert json.loads(interaction.output_text).keys() == {"city", "days"}


@pytest.mark.parametrize(
    "given",
    [
        [{"type": "text", "text": "What is this?"}, {"type": "image", "data": PIXEL,
                                                     "mime_type": "image/png"}],
        [{"type": "user_input", "content": [
            {"type": "text", "text": "What is this?"},
            {"type": "image", "data": PIXEL, "mime_type": "image/png", "resolution": "low"}]}],
    ],
    ids=["contents", "steps"],
)  # fmt: skip
def test_media_are_put_in(echo: launch.Emulator, given: list[Any]) -> None:
    interaction = create(echo.url, input=given)
    assert "What is this?\n[image/png, 70 bytes]" in interaction.output_text
    modalities = {m.modality for m in interaction.usage.input_tokens_by_modality}
    assert modalities == {"text", "image"}


def test_a_file_is_referred_to_by_its_uri(echo: launch.Emulator, client: genai.Client) -> None:
    path = Path(__file__).parents[2] / "LICENSE"
    file = client.files.upload(file=path, config={"mime_type": "text/plain"})
    given = [{"type": "document", "uri": file.uri, "mime_type": "text/plain"}]
    assert "Apache License" in create(echo.url, input=given).output_text


# Several turns


def test_a_turn_goes_on_from_the_one_before(echo: launch.Emulator) -> None:
    first = create(echo.url, input="One")
    second = create(echo.url, input="Two", previous_interaction_id=first.id)
    assert "Turns: 3" in second.output_text
    assert "Message before: One" in second.output_text
    assert second.previous_interaction_id == first.id
    third = create(echo.url, input="Three", previous_interaction_id=second.id)
    assert "Turns: 5" in third.output_text
    branch = create(echo.url, input="Another", previous_interaction_id=first.id)
    assert "Turns: 3" in branch.output_text


def test_everything_can_be_sent_again_instead(echo: launch.Emulator) -> None:
    first = create(echo.url, input="One", store=False)
    assert not first.id
    steps = [
        {"type": "user_input", "content": [{"type": "text", "text": "One"}]},
        *(step.model_dump(mode="json", exclude_none=True) for step in first.steps),
        {"type": "user_input", "content": [{"type": "text", "text": "Two"}]},
    ]
    second = create(echo.url, input=steps, store=False)
    assert "Turns: 3" in second.output_text
    assert "Message before: One" in second.output_text


def test_what_is_not_stored_cannot_be_come_back_to(echo: launch.Emulator) -> None:
    events = streamed(echo.url, input="One", store=False)
    assert {e.interaction.id for e in events if hasattr(e, "interaction")} == {""}
    assert events[-1].interaction.status == "completed"


def test_a_function_is_called_and_its_result_read(echo: launch.Emulator) -> None:
    question = create(echo.url, input="The weather in Paris?", tools=[WEATHER])
    assert question.status == "requires_action"
    call = question.steps[-1]
    assert (call.type, call.name) == ("function_call", "get_weather")
    assert "city" in call.arguments
    result = {"type": "function_result", "call_id": call.id, "result": {"sky": "blue"}}
    answer = create(echo.url, input=[result], tools=[WEATHER], previous_interaction_id=question.id)
    assert answer.status == "completed"
    assert "blue" in answer.output_text


def test_a_call_comes_in_events_and_is_answered_without_storage(echo: launch.Emulator) -> None:
    events = streamed(echo.url, input="The weather in Paris?", tools=[WEATHER], store=False)
    started = next(e for e in events if getattr(e, "step", None) and e.step.type == "function_call")
    assert started.step.arguments == {}
    pieces = [
        e.delta.arguments
        for e in events
        if e.event_type == "step.delta" and e.delta.type == "arguments_delta"
    ]
    arguments = json.loads("".join(pieces))
    signature = next(
        e.delta.signature
        for e in events
        if e.event_type == "step.delta" and e.delta.type == "thought_signature"
    )
    assert events[-1].interaction.status == "requires_action"
    call = {"type": "function_call", "id": started.step.id, "name": "get_weather"}
    steps = [
        {"type": "user_input", "content": [{"type": "text", "text": "The weather in Paris?"}]},
        {"type": "thought", "signature": signature},
        call | {"arguments": arguments},
        {"type": "function_result", "call_id": started.step.id, "result": "Rain"},
    ]
    answer = create(echo.url, input=steps, tools=[WEATHER], store=False)
    assert "Rain" in answer.output_text
    with pytest.raises(errors.BadRequestError, match="thought_signature"):
        create(echo.url, input=[steps[0], *steps[2:]], tools=[WEATHER], store=False)


@pytest.mark.parametrize(
    ("choice", "status"),
    [
        ("none", "completed"),
        ("any", "requires_action"),
        ({"allowed_tools": {"mode": "any", "tools": ["get_weather"]}}, "requires_action"),
    ],
)
def test_whether_functions_may_be_called(echo: launch.Emulator, choice: Any, status: str) -> None:
    config = {"tool_choice": choice}
    question = create(echo.url, input="Good day", tools=[WEATHER], generation_config=config)
    assert question.status == status


# Getting, background, cancelling, deleting


def test_it_can_be_fetched_with_what_was_put_in(echo: launch.Emulator) -> None:
    first = create(echo.url, input="One")
    plain = run(echo.url, lambda api: api.get(id=first.id))
    assert plain.output_text == first.output_text
    assert plain.input is None
    full = run(echo.url, lambda api: api.get(id=first.id, include_input=True))
    assert full.input[0].content[0].text == "One"


def test_it_runs_in_the_background(slow: launch.Emulator) -> None:
    async def use(api: Any) -> None:
        started = await api.create(model=MODEL, input="Good morning", background=True)
        assert started.status == "in_progress"
        assert not started.steps
        interaction = started
        while interaction.status == "in_progress":
            await asyncio.sleep(0.1)
            interaction = await api.get(id=started.id)
        assert interaction.status == "completed"
        assert "Echo: Good morning" in interaction.output_text
        with pytest.raises(errors.BadRequestError, match="background"):
            await api.cancel(id=started.id)

    run(slow.url, use)


def test_a_stream_is_gone_on_with_after_the_last_event_that_was_seen(
    slow: launch.Emulator,
) -> None:
    async def use(api: Any) -> None:
        stream = await api.create(model=MODEL, input=LONG, background=True, stream=True)
        seen = []
        async for event in stream:
            seen.append(event)
            if len(seen) == 6:
                break
        await stream.close()
        interaction_id = seen[0].interaction.id
        assert (await api.get(id=interaction_id)).status == "in_progress"
        rest = await api.get(id=interaction_id, stream=True, last_event_id=seen[-1].event_id)
        seen += [event async for event in rest]
        assert [e.event_id for e in seen] == [str(n + 1) for n in range(len(seen))]
        assert seen[-1].event_type == "interaction.completed"
        again = await api.get(id=interaction_id, stream=True)
        assert [e.event_id async for e in again] == [e.event_id for e in seen]
        assert text_of(seen) == (await api.get(id=interaction_id)).output_text

    run(slow.url, use)


def test_what_runs_in_the_background_can_be_cancelled(slow: launch.Emulator) -> None:
    async def use(api: Any) -> None:
        started = await api.create(model=MODEL, input="A long story", background=True)
        await asyncio.sleep(0.3)
        with pytest.raises(errors.BadRequestError, match="still in progress"):
            await api.create(model=MODEL, input="And?", previous_interaction_id=started.id)
        cancelled = await api.cancel(id=started.id)
        assert cancelled.status == "cancelled"
        events = [e async for e in await api.get(id=started.id, stream=True)]
        assert events[-1].interaction.status == "cancelled"
        await wait_until_idle(slow.url)
        assert (await api.get(id=started.id)).status == "cancelled"

    run(slow.url, use)


async def wait_until_idle(url: str) -> None:
    """Until nothing is being answer."""
    async with httpx2.AsyncClient() as client:
        for _ in range(50):
            if (await client.get(f"{url}/healthz")).json()["answering"] == 0:
                return
            await asyncio.sleep(0.1)
    raise AssertionError("something is still being answered")


def test_who_goes_away_from_a_foreground_stream_ends_it(slow: launch.Emulator) -> None:
    async def use(api: Any) -> None:
        stream = await api.create(model=MODEL, input="A long story", stream=True)
        first = await anext(aiter(stream))
        await stream.close()
        await wait_until_idle(slow.url)
        assert (await api.get(id=first.interaction.id)).status == "cancelled"

    run(slow.url, use)


def test_it_can_be_deleted(echo: launch.Emulator) -> None:
    async def use(api: Any) -> None:
        first = await api.create(model=MODEL, input="One")
        await api.delete(id=first.id)
        for call in (api.get, api.delete, api.cancel):
            with pytest.raises(errors.NotFoundError, match="not found"):
                await call(id=first.id)
        with pytest.raises(errors.NotFoundError, match="not found"):
            await api.create(model=MODEL, input="Two", previous_interaction_id=first.id)

    run(echo.url, use)


# What is refused


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ({"model": "gemini-9"}, "model_not_found", "gemini-9"),
        ({"model": "gemini-omni-1.2-flash"}, "invalid_request", "Gemini Omni"),
        ({"model": "lyria-3.5"}, "invalid_request", "Lyria"),
        ({"tools": [{"type": "mcp_server", "name": "x", "url": "https://x"}]}, "invalid_request",
         "MCP"),
        ({"tools": [{"type": "google_search"}]}, "invalid_request", "Google Search"),
        ({"tools": [{"type": "teleport"}]}, "invalid_request", "teleport"),
        ({"input": []}, "invalid_request", "'input'"),
        ({"input": [{"type": "dance"}]}, "invalid_request", "dance"),
        ({"extra_body": {"input": [{"type": "text", "text": "a"}, {"type": "user_input"}]}},
         "invalid_request", "not of both"),
        ({"input": [{"type": "image", "mime_type": "image/png"}]}, "invalid_request", "'uri'"),
        ({"input": [{"type": "function_result", "call_id": "c", "result": "x"}]},
         "invalid_request", "call_id"),
        ({"background": True, "store": False}, "invalid_request", "'store'"),
        ({"previous_interaction_id": "v1_none"}, "not_found", "v1_none"),
        ({"response_format": {"type": "image"}}, "invalid_request", "images"),
        ({"extra_body": {"generation_config": {"seed": "one"}}}, "invalid_request",
         "generation_config.seed"),
        ({"generation_config": {"temperature": 9}}, "invalid_request", "temperature"),
        ({"environment": "remote"}, "invalid_request", "environments"),
        ({"extra_body": {"colour": "red"}}, "parameter_unknown", "colour"),
    ],
)  # fmt: skip
def test_what_is_refused_and_how(
    echo: launch.Emulator, arguments: dict[str, Any], code: str, words: str
) -> None:
    with pytest.raises(errors.APIStatusError) as raised:
        create(echo.url, **{"input": "Hi", **arguments})
    body: Any = raised.value.body
    assert body["error"]["code"] == code
    assert words in body["error"]["message"]
    assert raised.value.status_code == (404 if "not_found" in code else 400)


def test_agents_are_refused_by_name(echo: launch.Emulator) -> None:
    agent = "deep-research-preview-04-2026"
    with pytest.raises(errors.BadRequestError, match=agent):
        run(echo.url, lambda api: api.create(agent=agent, input="Hi", background=True))


def test_requests_without_a_key_or_with_an_unknown_event_are_refused(
    echo: launch.Emulator,
) -> None:
    url = f"{echo.url}/v1beta/interactions"
    reply = httpx2.post(url, json={"model": MODEL, "input": "Hi"})
    assert reply.status_code == 403
    assert reply.json()["error"]["code"] == "permission_denied"
    key = {"x-goog-api-key": "any"}
    reply = httpx2.post(url, content=b"{no json", headers=key)
    assert (reply.status_code, reply.json()["error"]["code"]) == (400, "invalid_request")
    interaction = httpx2.post(url, json={"model": MODEL, "input": "Hi"}, headers=key).json()
    query = {"stream": "true", "last_event_id": "9999"}
    reply = httpx2.get(f"{url}/{interaction['id']}", params=query, headers=key)
    assert (reply.status_code, reply.json()["error"]["code"]) == (416, "out_of_range")
    for call in (httpx2.get, httpx2.delete):
        reply = call(f"{url}/{interaction['id']}", headers={"x-goog-api-key": "another"})
        assert (reply.status_code, reply.json()["error"]["code"]) == (404, "not_found")
    body = {"model": MODEL, "input": "And?", "previous_interaction_id": interaction["id"]}
    reply = httpx2.post(url, json=body, headers={"x-goog-api-key": "another"})
    assert (reply.status_code, reply.json()["error"]["code"]) == (404, "not_found")
    assert httpx2.post(url, json=body, headers=key).status_code == 200
    reply = httpx2.get(f"{url}/..%2f..%2fpasswd", headers=key)
    assert reply.status_code == 404


def test_the_wire_of_a_stream(echo: launch.Emulator) -> None:
    body = {"model": MODEL, "input": "Hi", "stream": True}
    reply = httpx2.post(
        f"{echo.url}/v1beta/interactions", json=body, headers={"x-goog-api-key": "any"}
    )
    assert reply.headers["content-type"].startswith("text/event-stream")
    blocks = reply.text.strip().split("\n\n")
    assert blocks[-1] == "data: [DONE]"
    for block in blocks[:-1]:
        name, data = block.split("\n")
        assert name == f"event: {json.loads(data.removeprefix('data: '))['event_type']}"


def test_the_playgrounds_own_client_reads_its_streams_and_errors(echo: launch.Emulator) -> None:
    connection = Connection(Target("emulator", "any-key", base_url=echo.url))

    async def use() -> list[Any]:
        api = connection.client.aio.interactions
        stream = await api.create(model=MODEL, input="Good morning", stream=True)
        return [event async for event in stream]

    events = connection.submit(use()).result(30)
    assert kinds(events)[-1] == "interaction.completed"
    assert "Echo: Good morning" in text_of(events)
    problems = [
        begin(connection, "interactions.get", {"id": "v1_none"}).result(30).problem,
        begin(connection, "interactions.create", {"model": "gemini-9", "input": "Hi"})
        .result(30)
        .problem,
    ]
    assert [p and p.kind for p in problems] == ["interaction_gone", "unknown_model"]
    connection.close()


def test_a_run_of_the_playground_is_filled_from_it(slow: launch.Emulator) -> None:
    connection = Connection(Target("emulator", "any-key", base_url=slow.url))
    contents = [{"role": "user", "parts": [{"text": "Good morning"}]}]
    config = {"thinking_config": {"thinking_level": "LOW", "include_thoughts": True}}
    request = Request(MODEL, contents, config, method=CREATE_INTERACTION)
    live = start(connection, request)
    assert live.ended.wait(60)
    parts = live.run.candidates[0].parts
    words = "".join(p.get("text", "") for p in parts if not p.get("thought"))
    assert "Echo: Good morning" in words
    assert any(p.get("thought") for p in parts)
    assert (live.run.outcome, live.run.problem) == ("done", None)
    assert live.run.model_version == "echo"
    assert live.run.usage["prompt_token_count"] == 2
    assert live.run.usage["thoughts_token_count"] > 0
    assert live.run.candidates[0].finish_reason == "STOP"
    stopped = start(connection, request)
    while not stopped.events:
        time.sleep(0.05)
    stopped.stop()
    asyncio.run(wait_until_idle(slow.url))
    connection.close()


# The store


def test_a_run_in_the_background_is_followed_on_by_another_connection(
    slow: launch.Emulator,
) -> None:
    contents = [{"role": "user", "parts": [{"text": "Tell a long story of ten words"}]}]
    config = {"background": True, "store": True}
    request = Request(MODEL, contents, config, CREATE_INTERACTION)
    target = Target("emulator", "any-key", base_url=slow.url)
    first = Connection(target)
    live = start(first, request)
    _until(live, lambda: live.run.candidates and len(live.run.candidates[0].parts) > 1)
    first.close()
    assert is_running_there(live.run)
    before = text_in(live.run)
    kept = run_from_json(run_to_json(live.run))

    second = Connection(target)
    followed = resume(second, kept)
    _until(followed, lambda: not followed.running)
    assert (followed.run.outcome, followed.run.problem) == ("done", None)
    assert text_in(followed.run).startswith(before)
    fetched = run(slow.url, lambda api: api.get(kept.result["id"]))
    assert len(fetched.output_text) > len(before)

    stopped = start(second, request)
    _until(stopped, lambda: stopped.run.result.get("id"))
    stopped.stop()
    _until(stopped, lambda: not stopped.running)
    assert (stopped.run.outcome, stopped.run.problem) == ("stopped", None)
    known = run(slow.url, lambda api: api.get(stopped.run.result["id"]))
    assert known.status == stopped.run.result["status"] == "cancelled"
    second.close()

    other = Connection(Target("emulator", "another-key", base_url=slow.url))
    lost = resume(other, run_from_json({**run_to_json(live.run), "id": "other"}))
    _until(lost, lambda: not lost.running)
    assert lost.run.problem
    assert lost.run.problem.kind == "answer_gone"
    assert text_in(lost.run) == before
    other.close()


def text_in(run: Run) -> str:
    return "".join(part.get("text") or "" for part in run.candidates[0].parts)


def _until(live: LiveRun, holds: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        live.wait(len(live.events), 0.05)


def stored(store: InteractionStore, **fields: Any) -> Any:
    steps = [{"type": "user_input", "content": [{"type": "text", "text": "One"}]}]
    interaction = new_interaction("echo", steps, store.now(), LIFETIME, **fields)
    store.keep(interaction)
    return interaction


def test_interactions_outlast_the_emulator_and_expire(tmp_path: Path) -> None:
    store = InteractionStore(tmp_path)
    done, killed = stored(store), stored(store, background=True)
    done.ends("completed", store.now())
    store.keep(done)
    later = InteractionStore(tmp_path)
    assert later.get(done.id).wire == done.wire
    assert later.get(killed.id).wire["status"] == "failed"
    assert later.get(killed.id).events[-1]["event_type"] == "error"
    later.now = lambda: time.time() + LIFETIME + 1
    for interaction in (done, killed):
        with pytest.raises(InteractionApiError, match="not found"):
            later.get(interaction.id)
    stored(later)
    assert len(list(tmp_path.glob("*.json"))) == 1


def test_a_turn_whose_earlier_one_was_deleted_says_so(tmp_path: Path) -> None:
    store = InteractionStore(tmp_path)
    first = stored(store)
    first.ends("completed", store.now())
    store.keep(first)
    second = stored(store, previous_interaction_id=first.id)
    second.ends("completed", store.now())
    store.keep(second)
    assert len(store.steps_until(second.id)) == 2
    store.delete(first.id)
    with pytest.raises(InteractionApiError, match=first.id):
        store.steps_until(second.id)


def test_neighbouring_steps_of_one_role_are_one_turn() -> None:
    steps: list[dict[str, Any]] = [
        {"type": "user_input", "content": "Both?"},
        {"type": "thought", "signature": "c2ln"},
        {"type": "function_call", "id": "a", "name": "f", "arguments": {}},
        {"type": "function_call", "id": "b", "name": "g", "arguments": {"x": 1}},
        {"type": "function_result", "call_id": "a", "result": [{"type": "text", "text": "1"}]},
        {"type": "function_result", "call_id": "b", "result": "no", "is_error": True},
        {"type": "user_input", "content": "And?"},
    ]
    turns = contents_of(steps)
    assert [turn["role"] for turn in turns] == ["user", "model", "user", "user"]
    calls = turns[1]["parts"]
    assert [part.get("thoughtSignature") for part in calls] == ["c2ln", None]
    results = [part["functionResponse"] for part in turns[2]["parts"]]
    assert [r["response"] for r in results] == [{"output": "1"}, {"error": "no"}]
    assert [r["name"] for r in results] == ["f", "g"]


# The local engine


def test_the_local_engine_answers_as_well(local: launch.Emulator) -> None:
    first = create(local.url, input="My name is Ada. Say hello.")
    assert first.status in {"completed", "incomplete"}
    assert first.output_text
    assert first.model != MODEL
    second = streamed(local.url, input="And goodbye.", previous_interaction_id=first.id)
    assert second[-1].interaction.status in {"completed", "incomplete"}
    assert text_of(second)
