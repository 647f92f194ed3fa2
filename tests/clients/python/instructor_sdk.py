"""Instructor: typed answers over google-genai and over OpenAI's SDK."""

from functools import partial
from typing import Any

import instructor
import openai
from google import genai
from google.genai import types
from instructor.processing.multimodal import Image
from pydantic import BaseModel
from session import KEY, OPENAI_URL, SIGN, URL, error_of, run

google = genai.Client(api_key=KEY, http_options=types.HttpOptions(base_url=URL))
open_ai = openai.OpenAI(base_url=OPENAI_URL, api_key=KEY, max_retries=0)
MODES = {
    "GENAI_TOOLS": instructor.from_genai(google, mode=instructor.Mode.GENAI_TOOLS),
    "GENAI_STRUCTURED_OUTPUTS": instructor.from_genai(
        google, mode=instructor.Mode.GENAI_STRUCTURED_OUTPUTS
    ),
    "TOOLS": instructor.from_openai(open_ai, mode=instructor.Mode.TOOLS),
    "JSON_SCHEMA": instructor.from_openai(open_ai, mode=instructor.Mode.JSON_SCHEMA),
}


class Person(BaseModel):
    name: str
    age: int


def ask(client: Any, content: Any, **more: Any) -> Any:
    messages = [{"role": "user", "content": content}]
    return client.create(model="gemini-3.8-flash", messages=messages, max_retries=1, **more)


def schema() -> None:
    for mode, client in MODES.items():
        made = ask(client, "This is Ada, she is 36", response_model=Person)
        assert isinstance(made, Person)
        assert (made.name, made.age) == ("Ada", 36), (mode, made)


def stream() -> None:
    for mode, client in MODES.items():
        content = "This is Ada, she is 36"
        *_, made = ask(client, content, response_model=instructor.Partial[Person], stream=True)
        assert (made.name, made.age) == ("Ada", 36), (mode, made)


def image() -> None:
    picture = Image.from_path(SIGN)
    for client in MODES.values():
        made = ask(client, ["This is Ada, she is 36", picture], response_model=Person)
        assert isinstance(made, Person)


def errors() -> None:
    for mode, client in MODES.items():
        error = error_of(partial(ask, client, "Hi", response_model=Person, temperature=9))
        assert "temperature" in str(error), (mode, error)


if __name__ == "__main__":
    run(schema, stream, image, errors)
