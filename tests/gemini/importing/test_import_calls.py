"""Pasted calls become the request that they send: those of Google's docs, and our own."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemini.api.connect import Target
from gemini.codegen.curl import curl
from gemini.codegen.interactions import (
    interaction_curl,
    interaction_javascript,
    interaction_python,
)
from gemini.codegen.javascript import javascript
from gemini.codegen.python import python
from gemini.importing.comparing import compare_on_wire, in_words
from gemini.importing.recognizing import read
from gemini.importing.result import ImportResult, NotImportableError
from gemini.request import CREATE_INTERACTION, Request
from tests.gemini.codegen_table import NASTY_TEXTS, REQUESTS, asked, text
from tests.gemini.importing.imported_files import KEY, imported_file, read_or_refusal

GEMINI = Target("gemini")
WRITERS = {"curl": curl, "python": python, "javascript": javascript}
KEY_SAID = "A key was in it and was taken out."
ADDRESS = "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent"


def call_of(result: ImportResult) -> Request:
    assert result.call is not None
    return result.call


def curl_with(body: Any, address: str = ADDRESS) -> str:
    quoted = json.dumps(body).replace("'", "'\\''")
    return f"curl '{address}' -H 'x-goog-api-key: $GEMINI_API_KEY' -d '{quoted}'"


def test_curl_of_the_docs() -> None:
    result = read("docs.sh", imported_file("docs_curl.sh"))
    assert result.kind == "a curl command"
    assert not result.left_out
    assert call_of(result) == Request(
        "gemini-2.5-flash",
        [{"role": "user", "parts": [{"text": "Hello there, what's up?"}]}],
        {
            "system_instruction": "You are a cat. Your name is Neko.",
            "stop_sequences": ["Title"],
            "temperature": 0.5,
            "top_p": 0.8,
        },
    )
    (turn,) = result.chats[0].conversation.path()
    assert turn.run is None  # it waits to be sent
    assert turn.prompt == [{"text": "Hello there, what's up?"}]


def test_curl_of_ai_studio_with_its_variables_and_its_commas_too_many() -> None:
    result = read("", imported_file("ai_studio_curl.sh").decode())
    call = call_of(result)
    assert call.contents[0]["parts"] == [{"text": "Name a fish, for $5 at most."}]
    assert call.config == {
        "thinking_config": {"thinking_budget": 0},
        "tools": [{"google_search": {}}],
    }
    assert result.left_out[0].startswith(KEY_SAID)
    assert KEY not in repr(result)


def test_curl_of_a_browser_in_c_s_quotes() -> None:
    body = r"""{"contents":[{"parts":[{"text":"It\'s caf\u00e9\n"}]}]}""".replace("\\n", "\\\\n")
    result = read("", f"curl '{ADDRESS}?key={KEY}' --data-raw $'{body}' --compressed")
    assert call_of(result).contents[0]["parts"] == [{"text": "It's café\n"}]
    assert result.left_out == (KEY_SAID + " Requests from here carry the key of this connection.",)


def test_python_call_is_read_and_never_run() -> None:
    result = read("call.py", imported_file("sdk_call.txt"))
    assert result.kind == "a Python call"
    call = call_of(result)
    assert call.model == "gemini-2.5-flash"
    assert call.contents == [{"role": "user", "parts": [{"text": "Which tree is this from?"}]}]
    assert call.config == {
        "system_instruction": "Be a patient teacher.",
        "temperature": 0.2,
        "thinking_config": {"thinking_budget": 0},
        "tools": [{"google_search": {}}],
    }
    said = "\n".join(result.left_out)
    for what in ("look_up_trees", "f.read()", "http_options", KEY_SAID):
        assert what in said
    assert KEY not in repr(result)


def test_javascript_call() -> None:
    result = read("call.mjs", imported_file("sdk_call.mjs.txt"))
    assert result.kind == "a JavaScript call"
    call = call_of(result)
    parts = call.contents[0]["parts"]
    assert parts[0]["file_data"]["file_uri"] == "https://www.youtube.com/watch?v=9hE5-98ZeCg"
    assert parts[1] == {"text": "What happens\nin this film?"}
    assert call.config == {
        "thinking_config": {"thinking_level": "LOW"},
        "max_output_tokens": 1000,
    }
    said = "\n".join(result.left_out)
    assert "“topK” (settings.topK)" in said
    assert "“abortSignal” (controller.signal)" in said


@pytest.mark.parametrize("language", WRITERS)
@pytest.mark.parametrize("name", REQUESTS)
def test_our_own_code_comes_back_as_the_same_request(name: str, language: str) -> None:
    """Whatever can't come back, media in files above all, is said."""
    request = REQUESTS[name]
    result = read_or_refusal(WRITERS[language](request, GEMINI))
    if isinstance(result, str):
        assert "Missing: " in result
        return
    same = compare_on_wire(request, call_of(result), GEMINI).same
    if name != "a model called oddly":
        assert same or any(line.startswith(("Missing", "Left out")) for line in result.left_out)


@pytest.mark.parametrize("write", [interaction_curl, interaction_python, interaction_javascript])
def test_our_own_code_for_interactions_comes_back(write: Any) -> None:
    request = Request(
        "gemini-3-flash-preview",
        [
            {"role": "user", "parts": [{"text": "A fish?"}]},
            {"role": "model", "parts": [{"text": "Herring."}]},
            {"role": "user", "parts": [{"text": "Another?"}]},
        ],
        {"temperature": 0.5, "system_instruction": "Be brief.", "tools": [{"google_search": {}}]},
        CREATE_INTERACTION,
    )
    result = read("", write(request, GEMINI))
    assert compare_on_wire(request, call_of(result), GEMINI).same
    assert not result.left_out
    assert [turn.text for turn in result.chats[0].conversation.path()] == ["A fish?", "Another?"]


@given(st.text().filter(str.strip))
def test_any_text_comes_back_from_curl_python_and_javascript(words: str) -> None:
    words = words.encode("utf-8", "replace").decode()
    request = asked(text(words))
    for write in WRITERS.values():
        assert call_of(read("", write(request, GEMINI))).contents == request.contents


@pytest.mark.parametrize("words", NASTY_TEXTS.values(), ids=NASTY_TEXTS)
def test_nasty_texts_come_back_from_a_command_in_quotes(words: str) -> None:
    contents = [{"parts": [{"text": words}]}]
    read_contents = call_of(read("", curl_with({"contents": contents}))).contents
    assert read_contents == [{"role": "user", "parts": [{"text": words}]}]


def test_other_spellings_are_no_difference() -> None:
    snake = curl_with({
        "contents": {"parts": {"text": "Hi"}},
        "generation_config": {"max_output_tokens": 5, "response_schema": {"type": "string"}},
    })  # fmt: skip
    camel = curl_with({
        "contents": [{"role": "user", "parts": [{"text": "Hi"}]}],
        "generationConfig": {"maxOutputTokens": 5.0, "responseSchema": {"type": "STRING"}},
    })  # fmt: skip
    calls = [call_of(read("", command)) for command in (snake, camel)]
    assert compare_on_wire(calls[0], calls[1], GEMINI).same


def test_differences_have_the_names_of_the_wire_and_words() -> None:
    call = asked(temperature=1.0, top_k=5, seed=3)
    here = asked(seed=4, max_output_tokens=9)
    found = {d.name: (d.one, d.other) for d in compare_on_wire(call, here, GEMINI).differences}
    assert found == {
        "generationConfig.temperature": ("1", ""),
        "generationConfig.topK": ("5", ""),
        "generationConfig.seed": ("3", "4"),
        "generationConfig.maxOutputTokens": ("", "9"),
    }
    said = [
        in_words(difference, lambda name, _: name == "temperature")
        for difference in compare_on_wire(call, here, GEMINI).differences
    ]
    assert said == [
        "`temperature` is left out: 1 is the model's default anyway.",
        "`topK` is in the call and isn't sent from here.",
        "`seed` is `3` in the call and `4` here.",
        "`maxOutputTokens` is sent from here and isn't in the call.",
    ]


def test_a_prompt_with_a_key_loses_it_and_says_so() -> None:
    result = read("", curl_with({"contents": [{"parts": [{"text": f"My key is {KEY}."}]}]}))
    assert call_of(result).contents[0]["parts"] == [{"text": "My key is [hidden]."}]
    assert result.left_out[0].startswith(KEY_SAID)


def test_another_server_and_a_file_at_home_are_not_taken() -> None:
    private = ["http://127.0.0.1:8501/x", "http://localhost/x", "http://10.0.0.7/x", "file:///etc/x",
               "http://2130706433/x", "http://[::1]/x", "http://printer.local/x"]  # fmt: skip
    parts: list[Any] = [{"text": "Hi"}]
    parts += [{"fileData": {"fileUri": uri, "mimeType": "image/png"}} for uri in private]
    address = ADDRESS.replace("generativelanguage.googleapis.com", "evil.example")
    result = read("", curl_with({"contents": [{"parts": parts}]}, address))
    assert call_of(result).contents == [{"role": "user", "parts": [{"text": "Hi"}]}]
    said = "\n".join(result.left_out)
    assert "It was for evil.example." in said
    assert all(uri in said for uri in private)


def test_headers_of_a_tool_are_taken_out() -> None:
    headers = {"Authorization": "Bearer hush-hush"}
    transport = {"url": "https://mcp.example/mcp", "headers": headers}
    tool = {"mcpServers": [{"name": "m", "streamableHttpTransport": transport}]}
    result = read("", curl_with({"contents": [{"parts": [{"text": "Hi"}]}], "tools": [tool]}))
    assert "hush-hush" not in repr(result)
    assert "Credentials of a tool were in it and were taken out." in result.left_out


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        ("", "it is empty"),
        ("Hello there", "none of what is known here"),
        (f"curl '{ADDRESS}' -d '{{\"contents\": [", "quotes don't match"),
        (f"curl '{ADDRESS}' -d '{{]'", "isn't JSON"),
        (f"curl '{ADDRESS}' -d @body.json", "its data is in a file, body.json"),
        (f"curl '{ADDRESS}'", "sends no data"),
        (curl_with({}, ADDRESS.replace("generateContent", "countTokens")), "asks for countTokens"),
        ("client.models.generate_content(", "isn't Python"),
        ("x.models.generate_content(model=m, contents='Hi')", "its model is set elsewhere"),
        ("ai.models.generateContent(request)", "arguments of the call"),
        ("ai.models.generateContent({model: 'x', contents: [", "before it is complete"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(pasted: str, said: str) -> None:
    with pytest.raises(NotImportableError, match=said):
        read("", pasted)
