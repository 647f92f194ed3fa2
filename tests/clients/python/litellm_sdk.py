"""LiteLLM: Gemini's own protocol, and OpenAI's."""

import base64
import json
from functools import partial
from typing import Any

import litellm
from session import KEY, OPENAI_URL, SIGN, URL, error_of, get_weather, run

GEMINI: Any = {"model": "gemini/gemini-3.8-flash", "api_base": f"{URL}/v1beta", "api_key": KEY}
OPENAI: Any = {"model": "openai/gemini-3.8-flash", "api_base": OPENAI_URL, "api_key": KEY}
TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}


def ask(where: Any, content: Any, **more: Any) -> Any:
    messages = content if isinstance(content, list) else [{"role": "user", "content": content}]
    return litellm.completion(messages=messages, num_retries=0, **where, **more)


def generate() -> None:
    for where in (GEMINI, OPENAI):
        said = ask(where, "Hello")
        assert "Hello" in said.choices[0].message.content
        assert said.usage.total_tokens > 0


def stream() -> None:
    for where in (GEMINI, OPENAI):
        chunks = list(ask(where, "Hello", stream=True))
        assert "Hello" in "".join(chunk.choices[0].delta.content or "" for chunk in chunks)


def tools() -> None:
    for where in (GEMINI, OPENAI):
        messages: list[Any] = [
            {"role": "user", "content": "What is the weather in Paris and Rome?"}
        ]
        message = ask(where, messages, tools=[TOOL]).choices[0].message
        assert len(message.tool_calls) == 2
        messages.append(message)
        for call in message.tool_calls:
            sky = get_weather(**json.loads(call.function.arguments))
            messages.append({"role": "tool", "tool_call_id": call.id, "content": sky})
        text = ask(where, messages, tools=[TOOL]).choices[0].message.content
        assert all(word in text for word in ("Paris", "grey", "Rome", "sunny"))


def schema() -> None:
    shape = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
        "required": ["name", "age"],
        "additionalProperties": False,
    }
    for where in (GEMINI, OPENAI):
        wanted = {"type": "json_schema", "json_schema": {"name": "person", "schema": shape}}
        said = ask(where, "This is Ada, she is 36", response_format=wanted)
        assert json.loads(said.choices[0].message.content) == {"name": "Ada", "age": 36}


def image() -> None:
    url = f"data:image/png;base64,{base64.b64encode(SIGN.read_bytes()).decode()}"
    parts = [{"type": "text", "text": "What is this?"}]
    parts.append({"type": "image_url", "image_url": {"url": url}})  # pyright: ignore
    for where in (GEMINI, OPENAI):
        said = ask(where, [{"role": "user", "content": parts}])
        assert "image/png" in said.choices[0].message.content


def embeddings() -> None:
    for where, model in ((GEMINI, "gemini"), (OPENAI, "openai")):
        made = litellm.embedding(
            **where | {"model": f"{model}/gemini-embedding-001"}, input=["a cat", "a dog"]
        )
        assert [len(entry["embedding"]) for entry in made.data] == [3072, 3072]


def errors() -> None:
    for where, model in ((GEMINI, "gemini"), (OPENAI, "openai")):
        for wrong, error in (({"model": f"{model}/gemini-0"}, litellm.NotFoundError),
                             ({"temperature": 9}, litellm.BadRequestError)):  # fmt: skip
            assert isinstance(error_of(partial(ask, where | wrong, "Hi")), error)


if __name__ == "__main__":
    run(generate, stream, tools, schema, image, embeddings, errors)
