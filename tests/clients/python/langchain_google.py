"""LangChain's package for Gemini."""

import base64
from typing import Any

from langchain_core.messages import HumanMessage, ToolMessage
from langchain_google_genai import ChatGoogleGenerativeAI, GoogleGenerativeAIEmbeddings
from pydantic import BaseModel
from session import KEY, SIGN, URL, error_of, get_weather, run

model = ChatGoogleGenerativeAI(
    model="gemini-3.8-flash", google_api_key=KEY, base_url=URL, max_retries=1
)


def generate() -> None:
    said = model.invoke([("system", "Be brief."), ("human", "Hello")])
    assert "Hello" in said.text
    assert said.usage_metadata


def stream() -> None:
    chunks = list(model.stream("Hello"))
    assert len(chunks) > 1
    assert "Hello" in "".join(chunk.text for chunk in chunks)


def tools() -> None:
    with_tools = model.bind_tools([get_weather])
    messages: list[Any] = [HumanMessage("What is the weather in Paris and Rome?")]
    asked = with_tools.invoke(messages)
    assert [call["args"] for call in asked.tool_calls] == [{"city": "Paris"}, {"city": "Rome"}]
    messages.append(asked)
    for call in asked.tool_calls:
        messages.append(ToolMessage(get_weather(**call["args"]), tool_call_id=call["id"]))
    text = with_tools.invoke(messages).text
    assert all(word in text for word in ("Paris", "grey", "Rome", "sunny"))


def streamed_tools() -> None:
    with_tools = model.bind_tools([get_weather])
    messages: list[Any] = [HumanMessage("What is the weather in Paris and Rome?")]
    asked: Any = None
    for chunk in with_tools.stream(messages):
        asked = chunk if asked is None else asked + chunk
    assert len(asked.tool_calls) == 2
    messages.append(asked)
    for call in asked.tool_calls:
        messages.append(ToolMessage(get_weather(**call["args"]), tool_call_id=call["id"]))
    assert "sunny" in with_tools.invoke(messages).text


def schema() -> None:
    class Person(BaseModel):
        name: str
        age: int

    for method in ("json_schema", "function_calling"):
        made = model.with_structured_output(Person, method=method).invoke("This is Ada, she is 36")
        assert made == Person(name="Ada", age=36), (method, made)


def image() -> None:
    data = base64.b64encode(SIGN.read_bytes()).decode()
    said = model.invoke(
        [
            HumanMessage(
                [
                    {"type": "text", "text": "What is this?"},
                    {"type": "image", "base64": data, "mime_type": "image/png"},
                    {"type": "image_url", "image_url": f"data:image/png;base64,{data}"},
                ]
            )
        ]
    )
    assert said.text.count("image/png") >= 2


def embeddings() -> None:
    made = GoogleGenerativeAIEmbeddings(
        model="gemini-embedding-001", google_api_key=KEY, base_url=URL
    )
    assert [len(v) for v in made.embed_documents(["a cat", "a dog"])] == [3072, 3072]
    assert len(made.embed_query("a cat", output_dimensionality=8)) == 8


def errors() -> None:
    wrong = ChatGoogleGenerativeAI(
        model="gemini-0", google_api_key=KEY, base_url=URL, max_retries=1
    )
    assert "not found" in str(error_of(lambda: wrong.invoke("Hi")))


if __name__ == "__main__":
    run(generate, stream, tools, streamed_tools, schema, image, embeddings, errors)
