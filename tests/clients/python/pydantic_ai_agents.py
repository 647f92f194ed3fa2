"""Pydantic AI's agents: Gemini's own protocol, and OpenAI's."""

from functools import partial
from typing import Any

from pydantic import BaseModel
from pydantic_ai import Agent, BinaryContent, Embedder, ModelHTTPError, NativeOutput, ToolOutput
from pydantic_ai.embeddings.google import GoogleEmbeddingModel
from pydantic_ai.models.google import GoogleModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.google import GoogleProvider
from pydantic_ai.providers.openai import OpenAIProvider
from session import KEY, OPENAI_URL, SIGN, URL, error_of, get_weather, run

google = GoogleProvider(api_key=KEY, base_url=URL)
# As OpenAI's client it gives no thought signatures back, without which Gemini 3 refuses calls.
MODELS: list[Any] = [
    GoogleModel("gemini-2.5-flash", provider=google),
    GoogleModel("gemini-3.8-flash", provider=google),
    OpenAIChatModel("gemini-2.5-flash", provider=OpenAIProvider(base_url=OPENAI_URL, api_key=KEY)),
]
WEATHER = "What is the weather in Paris and Rome?"


class Person(BaseModel):
    name: str
    age: int


def generate() -> None:
    for model in MODELS:
        said = Agent(model, instructions="Be brief.").run_sync("Hello")
        assert "Hello" in said.output
        more = Agent(model).run_sync("And now?", message_history=said.all_messages())
        assert "And now?" in more.output
        assert more.usage.output_tokens > 0


def stream() -> None:
    for model in MODELS:
        said = Agent(model).run_stream_sync("Hello")
        texts = list(said.stream_text(delta=True, debounce_by=None))
        assert "Hello" in "".join(texts)


def tools() -> None:
    for model in MODELS:
        text = Agent(model, tools=[get_weather]).run_sync(WEATHER).output
        assert all(word in text for word in ("Paris", "grey", "Rome", "sunny")), text


def streamed_tools() -> None:
    for model in MODELS:
        said = Agent(model, tools=[get_weather]).run_stream_sync(WEATHER)
        assert "sunny" in "".join(said.stream_text(delta=True, debounce_by=None))


def schema() -> None:
    for model in MODELS:
        for output in (ToolOutput(Person), NativeOutput(Person)):
            made = Agent(model, output_type=output).run_sync("This is Ada, she is 36").output
            assert made == Person(name="Ada", age=36), (model.model_name, output, made)


def tools_before_a_schema() -> None:
    """Calls are forced until the one that gives the output."""

    class Report(BaseModel):
        summary: str

    for model in MODELS:
        agent: Any = Agent(model, tools=[get_weather], output_type=ToolOutput(Report))
        said = agent.run_sync("What is the weather in Paris?")
        assert isinstance(said.output, Report)
        assert said.usage.requests <= 3


def image() -> None:
    for model in MODELS:
        picture = BinaryContent(SIGN.read_bytes(), media_type="image/png")
        assert "image/png" in Agent(model).run_sync(["What is this?", picture]).output


def embeddings() -> None:
    embedder = Embedder(GoogleEmbeddingModel("gemini-embedding-001", provider=google))
    made = embedder.embed_documents_sync(["a cat", "a dog"])
    assert [len(vector) for vector in made.embeddings] == [3072, 3072]


def errors() -> None:
    for model in (
        GoogleModel("gemini-0", provider=google),
        OpenAIChatModel("gemini-0", provider=OpenAIProvider(base_url=OPENAI_URL, api_key=KEY)),
    ):
        error = error_of(partial(Agent(model).run_sync, "Hi"))
        assert isinstance(error, ModelHTTPError)
        assert error.status_code == 404


if __name__ == "__main__":
    run(
        generate, stream, tools, streamed_tools, schema, tools_before_a_schema, image, embeddings,
        errors,
    )  # fmt: skip
