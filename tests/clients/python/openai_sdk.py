"""OpenAI's SDK at /v1beta/openai/."""

import base64
import json
from functools import partial
from typing import Any

import openai
from pydantic import BaseModel
from session import KEY, OPENAI_URL, SIGN, error_of, get_weather, run

client = openai.OpenAI(base_url=OPENAI_URL, api_key=KEY, max_retries=0)
MODEL = "gemini-3.8-flash"
TOOL: Any = openai.pydantic_function_tool(
    type("get_weather", (BaseModel,), {"__annotations__": {"city": str}, "__doc__": "The weather"})
)


def generate() -> None:
    said = client.chat.completions.create(
        model=MODEL,
        messages=[
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Hello"},
        ],
    )
    assert "Hello" in (said.choices[0].message.content or "")
    assert said.usage
    assert said.usage.total_tokens > 0


def stream() -> None:
    with client.chat.completions.stream(
        model=MODEL,
        messages=[{"role": "user", "content": "Hello"}],
        stream_options={"include_usage": True},
    ) as events:
        texts = [event.delta for event in events if event.type == "content.delta"]
        said = events.get_final_completion()
    assert len(texts) > 1
    assert "".join(texts) == said.choices[0].message.content
    assert said.usage


def tools() -> None:
    messages: list[Any] = [{"role": "user", "content": "What is the weather in Paris and Rome?"}]
    asked = client.chat.completions.create(model=MODEL, messages=messages, tools=[TOOL])
    message = asked.choices[0].message
    assert len(message.tool_calls or []) == 2
    messages.append(message)
    for call in message.tool_calls or []:
        assert call.type == "function"
        sky = get_weather(**json.loads(call.function.arguments))
        messages.append({"role": "tool", "tool_call_id": call.id, "content": sky})
    told = client.chat.completions.create(model=MODEL, messages=messages, tools=[TOOL])
    text = told.choices[0].message.content or ""
    assert all(word in text for word in ("Paris", "grey", "Rome", "sunny"))


def streamed_tools() -> None:
    with client.chat.completions.stream(
        model=MODEL,
        messages=[{"role": "user", "content": "What is the weather in Paris and Rome?"}],
        tools=[TOOL],
    ) as events:
        message = events.get_final_completion().choices[0].message
    cities = [json.loads(call.function.arguments)["city"] for call in message.tool_calls or []]
    assert cities == ["Paris", "Rome"]


def schema() -> None:
    class Person(BaseModel):
        name: str
        age: int

    said = client.chat.completions.parse(
        model=MODEL,
        messages=[{"role": "user", "content": "This is Ada, she is 36"}],
        response_format=Person,
    )
    assert said.choices[0].message.parsed == Person(name="Ada", age=36)


def image() -> None:
    url = f"data:image/png;base64,{base64.b64encode(SIGN.read_bytes()).decode()}"
    said = client.chat.completions.create(
        model=MODEL,
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What is this?"},
                    {"type": "image_url", "image_url": {"url": url}},
                ],
            }
        ],
    )
    assert "image/png" in (said.choices[0].message.content or "")


def embeddings() -> None:
    made = client.embeddings.create(model="gemini-embedding-001", input=["a cat", "a dog"])
    assert [len(entry.embedding) for entry in made.data] == [3072, 3072]


def models() -> None:
    assert f"models/{MODEL}" in [model.id for model in client.models.list()]
    assert client.models.retrieve(MODEL).id == f"models/{MODEL}"


def errors() -> None:
    for wrong, error in (({"model": "gpt-5"}, openai.NotFoundError),
                         ({"temperature": 9}, openai.BadRequestError)):  # fmt: skip
        asked: Any = {"model": MODEL, "messages": [{"role": "user", "content": "Hi"}]} | wrong
        assert isinstance(error_of(partial(client.chat.completions.create, **asked)), error)


if __name__ == "__main__":
    run(generate, stream, tools, streamed_tools, schema, image, embeddings, models, errors)
