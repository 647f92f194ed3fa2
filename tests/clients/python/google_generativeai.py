"""Google's SDK before google-genai, over REST: like every generated client it writes enums as
numbers.
"""

from typing import Any

import google.generativeai as genai
import PIL.Image
from google.generativeai.types import HarmBlockThreshold, HarmCategory
from session import KEY, SIGN, URL, error_of, get_weather, run
from typing_extensions import TypedDict

genai.configure(api_key=KEY, transport="rest", client_options={"api_endpoint": URL})
NAME = "gemini-2.5-flash"
model = genai.GenerativeModel(
    NAME,
    safety_settings={HarmCategory.HARM_CATEGORY_HARASSMENT: HarmBlockThreshold.BLOCK_NONE},
    system_instruction="Be brief.",
)


def generate() -> None:
    assert "Hello" in model.generate_content("Hello").text


def stream() -> None:
    chunks = list(model.generate_content("Hello", stream=True))
    assert len(chunks) > 1
    assert "Hello" in "".join(chunk.text for chunk in chunks)


def tools() -> None:
    chat = genai.GenerativeModel(NAME, tools=[get_weather]).start_chat(
        enable_automatic_function_calling=True
    )
    text = chat.send_message("What is the weather in Paris and Rome?").text
    assert all(word in text for word in ("Paris", "grey", "Rome", "sunny"))


def forced_tools() -> None:
    calling = {"mode": "ANY", "allowed_function_names": ["get_weather"]}
    forced: Any = genai.GenerativeModel(
        NAME, tools=[get_weather], tool_config={"function_calling_config": calling}
    )
    assert forced.generate_content("Paris").parts[0].function_call.name == "get_weather"


def schema() -> None:
    class Person(TypedDict):
        name: str
        age: int

    config = genai.GenerationConfig(response_mime_type="application/json", response_schema=Person)
    said = model.generate_content("This is Ada, she is 36", generation_config=config)
    assert "Ada" in said.text


def image() -> None:
    assert "image/" in model.generate_content(["What is this?", PIL.Image.open(SIGN)]).text


def embeddings() -> None:
    name, task = "models/gemini-embedding-001", "retrieval_document"
    one: Any = genai.embed_content(model=name, content="a cat", task_type=task)
    assert len(one["embedding"]) == 3072
    two: Any = genai.embed_content(model=name, content=["a cat", "a dog"], task_type=task)
    assert [len(vector) for vector in two["embedding"]] == [3072, 3072]


def models() -> None:
    assert f"models/{NAME}" in [one.name for one in genai.list_models()]
    assert model.count_tokens("Hello").total_tokens > 0


def errors() -> None:
    unknown = genai.GenerativeModel("gemini-0")
    assert "not found" in str(error_of(lambda: unknown.generate_content("Hi")))


if __name__ == "__main__":
    run(generate, stream, tools, forced_tools, schema, image, embeddings, models, errors)
