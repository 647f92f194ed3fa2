"""The emulator answering from llama.cpp's own server, with the small model of the local engine."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import jsonschema
import pytest
from google import genai
from google.genai import errors, types

from emulator import launch
from emulator.engines import weights
from emulator.engines.llama_child import KEY_VARIABLE

ROOT = Path(__file__).parent.parent.parent
CONTEXT, SLOTS, MEMORY = 4_096, 2, 8 << 30


@pytest.fixture(scope="module")
def client(connect: Callable[..., genai.Client]) -> Iterator[genai.Client]:
    key = secrets.token_urlsafe(16)
    model = weights.text_weights()
    assert model is not None
    command = [sys.executable, "-m", "emulator.engines.llama_child", "--model", str(model)]
    command += ["--context", str(CONTEXT), "--slots", str(SLOTS), "--memory", str(MEMORY)]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {KEY_VARIABLE: key},
    ) as llama:
        url = json.loads(llama.stdout.readline())["url"]
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("EMULATOR_OPENAI_URL", url)
            patch.setenv("EMULATOR_OPENAI_KEY", key)
            with launch.start() as emulator:
                yield connect(emulator.url)
        llama.stdin.close()


def ask(client: genai.Client, contents, **config) -> types.GenerateContentResponse:
    return client.models.generate_content(
        model="gemini-2.5-flash", contents=contents, config=types.GenerateContentConfig(**config)
    )


def test_its_model_writes_and_is_named(client: genai.Client) -> None:
    own = next(iter(client.models.list()))
    chunks = list(
        client.models.generate_content_stream(
            model="gemini-2.5-flash", contents="Say hello.", config={"max_output_tokens": 12}
        )
    )
    assert len(chunks) > 4
    assert chunks[-1].usage_metadata.candidates_token_count <= 12
    assert chunks[-1].usage_metadata.prompt_token_count > 5
    assert own.display_name.startswith(chunks[-1].model_version)
    assert own.input_token_limit == 8_192  # what the model was trained with


def test_it_keeps_to_a_schema(client: genai.Client) -> None:
    schema = {
        "type": "object",
        "properties": {"age": {"type": "integer", "minimum": 1, "maximum": 120}},
        "required": ["age"],
    }
    config = {"response_mime_type": "application/json", "response_json_schema": schema}
    text = ask(client, "Ada is 36. How old is she?", max_output_tokens=60, **config).text
    jsonschema.validate(json.loads(text), schema)


def test_a_model_that_calls_no_functions_is_told(client: genai.Client) -> None:
    weather = types.FunctionDeclaration(name="get_weather", description="The weather in a city")
    config = {"tools": [types.Tool(function_declarations=[weather])], "max_output_tokens": 20}
    assert ask(client, "What is the weather in Oslo?", **config).text
    forced = {"tool_config": {"function_calling_config": {"mode": "ANY"}}}
    with pytest.raises(errors.ClientError, match=r"and SmolLM2-135M-\S+ at \S+ made none"):
        ask(client, "What is the weather in Oslo?", **config, **forced)


def test_it_embeds_and_counts(client: genai.Client) -> None:
    vectors = client.models.embed_content(model="gemini-embedding-001", contents=["cat", "dog"])
    assert [len(e.values) for e in vectors.embeddings] == [3_072, 3_072]
    short, longer = (
        client.models.count_tokens(model="gemini-2.5-flash", contents=text).total_tokens
        for text in ("Hello", "Hello there, how are you today?")
    )
    assert 1 < short < longer


def test_what_it_can_t_is_refused(client: genai.Client) -> None:
    picture = next((ROOT / "samples").rglob("*.png"))
    with pytest.raises(errors.ClientError, match="image input is not supported"):
        ask(client, [types.Part.from_bytes(data=picture.read_bytes(), mime_type="image/png")])
