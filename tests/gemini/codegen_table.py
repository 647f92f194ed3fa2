"""Requests of every kind, by name, for the tests of generated code."""

from typing import Any

from gemini.request import Request

MODEL = "gemini-2.5-flash"
PNG = (
    b"\x89PNG\r\n\x1a\n\xfb\xef\xbe\xff" * 5
)  # base64 of it has both letters that alphabets differ in
JPEG = b"\xff\xd8\xff\xe0\xfb\xff\xbf"
PDF = b"%PDF-1.7\n\xfb\xef"
WAV = b"RIFF\x24\0\0\0WAVEfmt "
SIGNATURE = b"\x0a\xfb\xef\xbe\xff\x00\x01signature" * 4

NASTY_TEXTS = {
    "quotes": """He said "it's" and 'that's "it"'""",
    "double quotes": 'a "b" c',
    "triple quotes": '"""not the end"""\nand \'\'\'neither\'\'\' """',
    "four quotes": 'line\n""""',
    "ends with a quote": 'line\nsays "so"',
    "ends with a backslash": "line\nC:\\",
    "backslashes": "C:\\new\\table \\u0041 \\N{DIGIT ONE}\n\\x41 \\",
    "shell": "$HOME ${PATH} $(id) `id` $$ !! \\$ * ~ # ; & | > <\nEOF\n$(exit 3) `exit 3`",
    "templates": "`a` ${b} \\${c} {d} %s {{e}}\n`${1}`",
    "spaces at line ends": "a  \n b\t\n  \nc ",
    "line ends": "a\r\nb\rc\n\nd\u2028e\u2029f\u0085g\x0bh\x0ci",
    "only line ends": "\n\n",
    "controls": "".join(map(chr, range(1, 32))) + "\x7f\x80\x9f",
    "unicode": "Zoë 東京 🙂 👩‍💻 e\u0301 عربى\nпривет",
    "invisible": "a\u200bb\u202ec\u2066d\ufeffe\u00a0f\u00ad",
    "noncharacters": "\ufffe\U0010ffff\ue000",
    "looks like the bundle": '$(base64 < image-1.png)\n"data": "x"',
    "one line end at the end": "Hello\n",
    "long": "A sentence that goes on and on, far beyond the end of any line. " * 20,
    "many lines": "\n".join(f'{i}. "Item" number {i}' for i in range(50)),
    "json": '{"a": [1, "b", null]}\n',
    "comment ends": "*/ --> # //\n\"\"\"\n'''",
}


def text(value: str = "Hello") -> dict[str, Any]:
    return {"text": value}


def user(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"role": "user", "parts": list(parts)}


def model(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"role": "model", "parts": list(parts)}


def media(data: bytes = PNG, mime_type: str = "image/png", **more: Any) -> dict[str, Any]:
    return {"inline_data": {"mime_type": mime_type, "data": data, **more}}


def asked(*parts: dict[str, Any], **config: Any) -> Request:
    return Request(MODEL, [user(*parts or [text()])], config)


SCHEMA = {
    "type": "object",
    "title": 'A "recipe"',
    "description": "What it is;\nand $what `not`",
    "properties": {
        "name": {"type": "string", "description": "Its name"},
        "part_metadata": {"type": "array", "items": {"$ref": "#/$defs/step"}, "minItems": 1},
        "with space": {"anyOf": [{"type": "number", "minimum": 0.5}, {"type": "null"}]},
        "größe": {"type": ["integer", "null"], "enum": [1, 2, None]},
        "class": {"type": "boolean"},
        "__proto__": {"type": "string"},
    },
    "required": ["name"],
    "additionalProperties": False,
    "$defs": {"step": {"type": "object", "properties": {}}},
    "propertyOrdering": ["name", "part_metadata"],
}

WEATHER = {
    "name": "get_weather",
    "description": 'The weather "now".\nFor a city.',
    "parameters": {
        "type": "OBJECT",
        "properties": {
            "city": {"type": "STRING", "description": "Which", "max_length": 80},
            "days": {"type": "INTEGER", "nullable": True, "minimum": 1, "maximum": 14},
        },
        "required": ["city"],
        "property_ordering": ["city", "days"],
    },
}
CLOCK = {"name": "clock", "parameters_json_schema": SCHEMA, "behavior": "NON_BLOCKING"}
CALL = {"id": "c1", "name": "get_weather", "args": {"city": "Zoë's $(x)", "n": [1, 2.5, None, {}]}}
REPLY = {"id": "c1", "name": "get_weather", "response": {"output": {"temp": -3.5, "ok": True}}}
VOICE = {"voice_config": {"prebuilt_voice_config": {"voice_name": "Kore"}}}

SETTINGS: dict[str, Request] = {
    "defaults": asked(),
    "zeros": asked(temperature=0.0, top_p=0.0, seed=0, candidate_count=1, logprobs=0),
    "sampling": asked(temperature=1.35, top_p=0.95, top_k=40, seed=2**31 - 1),
    "small and large numbers": asked(temperature=1e-07, top_p=1 / 3, seed=-1),
    "penalties": asked(presence_penalty=-1.5, frequency_penalty=0.1),
    "output": asked(
        max_output_tokens=65536, stop_sequences=["END", "\n\n", '"'], candidate_count=3
    ),
    "log probabilities": asked(response_logprobs=True, logprobs=5),
    "thinking budget": asked(thinking_config={"thinking_budget": 0}),
    "thinking level": asked(thinking_config={"thinking_level": "LOW", "include_thoughts": True}),
    "a level that the SDK doesn't know": asked(thinking_config={"thinking_level": "EXTREME"}),
    "safety": asked(
        safety_settings=[
            {"category": "HARM_CATEGORY_HARASSMENT", "threshold": "OFF"},
            {"category": "HARM_CATEGORY_HATE_SPEECH", "threshold": "BLOCK_ONLY_HIGH"},
        ]
    ),
    "media resolution": asked(media_resolution="MEDIA_RESOLUTION_LOW"),
    "system instruction": asked(system_instruction="Be brief."),
    "system instruction as parts": asked(
        system_instruction={"role": "user", "parts": [text("Be\nbrief."), media()]}
    ),
    "system instruction as a list": asked(system_instruction=["Be brief.", {"text": "And kind."}]),
    "json schema": asked(response_mime_type="application/json", response_json_schema=SCHEMA),
    "enum": asked(
        response_mime_type="text/x.enum", response_schema={"type": "STRING", "enum": ["a", 'b"']}
    ),
    "nested schema": asked(
        response_mime_type="application/json",
        response_schema={
            "type": "OBJECT",
            "properties": {"a": {"type": "ARRAY", "items": {"type": "NUMBER", "format": "float"}}},
        },
    ),
    "cache": asked(cached_content="cachedContents/abc123"),
    "images": asked(
        response_modalities=["TEXT", "IMAGE"],
        image_config={"aspect_ratio": "16:9", "image_size": "2K"},
    ),
    "speech": asked(response_modalities=["AUDIO"], speech_config={**VOICE, "language_code": "de"}),
    "speech told beside the text": Request(
        MODEL,
        [user({"text": "Good day!", "speech_metadata": {"speaker": "Ann", "style": "warm"}})],
        {"response_modalities": ["AUDIO"], "speech_config": VOICE},
    ),
    "an image changed in turns": Request(
        MODEL,
        [
            user(text("A fox")),
            model({**media(), "thought_signature": SIGNATURE}),
            user(text("At night")),
        ],
        {"response_modalities": ["TEXT", "IMAGE"], "image_config": {"aspect_ratio": "1:1"}},
    ),
    "speech by a voice's name": asked(response_modalities=["AUDIO"], speech_config="Puck"),
    "several voices": asked(
        response_modalities=["AUDIO"],
        speech_config={
            "multi_speaker_voice_config": {
                "speaker_voice_configs": [
                    {"speaker": "Joe", **VOICE},
                    {"speaker": "Jane", **VOICE},
                ]
            }
        },
    ),
    "tier, store, labels": asked(
        service_tier="flex", store=False, labels={"team": "a-b", "x": "1"}
    ),
    "civic answers": asked(enable_enhanced_civic_answers=True),
    "transcription": asked(
        audio_transcription_config={"language_codes": ["de-DE"], "diarization": True}
    ),
    "continuation": asked(continuation_token=b"\xfb\xef", automatic_continuation=False),
    "calls switched off": asked(automatic_function_calling={"disable": True}),
    "nothing set": asked(temperature=None, tools=None),
}

TOOLS: dict[str, Request] = {
    "search and links": asked(tools=[{"google_search": {}}, {"url_context": {}}]),
    "search between days": asked(
        tools=[
            {
                "google_search": {
                    "time_range_filter": {
                        "start_time": "2026-01-01T00:00:00Z",
                        "end_time": "2026-02-01T12:30:00Z",
                    }
                }
            }
        ]
    ),
    "maps": asked(
        tools=[{"google_maps": {"enable_widget": True}}],
        tool_config={
            "retrieval_config": {
                "lat_lng": {"latitude": 48.1, "longitude": -11.5},
                "language_code": "de",
            }
        },
    ),
    "file search": asked(
        tools=[{"file_search": {"file_search_store_names": ["fileSearchStores/a"], "top_k": 3}}]
    ),
    "code execution": asked(tools=[{"code_execution": {}}]),
    "computer use": asked(tools=[{"computer_use": {"environment": "ENVIRONMENT_BROWSER"}}]),
    "functions": asked(
        tools=[{"function_declarations": [WEATHER, CLOCK]}],
        tool_config={
            "function_calling_config": {"mode": "ANY", "allowed_function_names": ["get_weather"]},
            "include_server_side_tool_invocations": True,
        },
    ),
    "functions in two tools": asked(
        tools=[{"function_declarations": [WEATHER]}, {"function_declarations": [CLOCK]}]
    ),
    "functions beside others": asked(
        tools=[
            {"function_declarations": [WEATHER], "google_search": {}},
            {"function_declarations": [CLOCK]},
            {"url_context": {}},
        ]
    ),
    "every tool of the settings beside a function": asked(
        tools=[
            {"google_search": {}},
            {"url_context": {}},
            {"google_maps": {}},
            {"code_execution": {}},
            {"function_declarations": [WEATHER]},
        ],
        tool_config={
            "retrieval_config": {"lat_lng": {"latitude": 0.0, "longitude": -122.1}},
            "include_server_side_tool_invocations": True,
        },
    ),
    "a server of tools": asked(
        tools=[
            {
                "mcp_servers": [
                    {
                        "name": "files",
                        "streamable_http_transport": {"url": "https://example.com/mcp"},
                    }
                ]
            }
        ]
    ),
}

CONTENTS: dict[str, Request] = {
    "an image": asked(media(), text("What is it?")),
    "media of every kind": asked(
        media(), media(JPEG, "image/jpeg"), media(PDF, "application/pdf"), media(WAV, "audio/wav")
    ),
    "the same image twice": asked(media(), text("and"), media()),
    "media with more": asked(
        media(display_name='a "name".png'),
        {**media(), "media_resolution": {"level": "MEDIA_RESOLUTION_HIGH"}},
        {**media(WAV, "video/mp4"), "video_metadata": {"start_offset": "1s", "fps": 2.0}},
    ),
    "media without a type": asked({"inline_data": {"data": PNG}}),
    "files": asked(
        {"file_data": {"file_uri": "https://example.com/files/abc", "mime_type": "video/mp4"}},
        {"file_data": {"file_uri": "https://youtu.be/x?v=1&a=$b"}},
        {
            "file_data": {"file_uri": "https://example.com/v", "mime_type": "video/mp4"},
            "video_metadata": {"start_offset": "10s", "end_offset": "20.5s", "fps": 0.5},
        },
    ),
    "a clip of a video and one of YouTube": asked(
        {
            **media(WAV, "video/webm"),
            "video_metadata": {"start_offset": "6s", "end_offset": "12.5s", "fps": 24.0},
        },
        {
            "file_data": {
                "file_uri": "https://www.youtube.com/watch?v=9hE5-98ZeCg",
                "mime_type": "video/mp4",
            },
            "video_metadata": {"end_offset": "80s"},
        },
        text("What changes?"),
    ),
    "a conversation": Request(
        MODEL, [user(text("Hi")), model(text("Hello\nyou")), user(text("Bye\nnow"), media())]
    ),
    "several long texts": asked(text("One\ntext"), text("Another\ntext"), text("One\ntext")),
    "thoughts with signatures": Request(
        "gemini-3.8-flash",
        [
            user(text("Hi")),
            model(
                {"text": "Let me see.", "thought": True},
                {"text": "Hello\nyou", "thought_signature": SIGNATURE},
                {"text": "", "thought_signature": SIGNATURE[:5]},
            ),
            user(text("Go on")),
        ],
    ),
    "function calls": Request(
        "gemini-3.8-flash",
        [
            user(text("Weather?")),
            model({"function_call": CALL, "thought_signature": SIGNATURE}),
            user({"function_response": REPLY}),
        ],
        {"tools": [{"function_declarations": [WEATHER]}]},
    ),
    "calls at once, one of them failed": Request(
        "gemini-3.8-flash",
        [
            user(text("Weather, twice?")),
            model(
                {"text": "Let me see.", "thought": True},
                {"function_call": CALL, "thought_signature": SIGNATURE},
                {"function_call": {**CALL, "id": "c2", "args": {}}},
            ),
            user(
                {"function_response": REPLY},
                {"function_response": {**REPLY, "id": "c2", "response": {"error": 'No "city".'}}},
            ),
        ],
        {
            "tools": [{"function_declarations": [WEATHER]}],
            "tool_config": {
                "function_calling_config": {
                    "mode": "VALIDATED",
                    "allowed_function_names": ["get_weather"],
                }
            },
        },
    ),
    "calls in turn": Request(
        "gemini-3.8-flash",
        [
            user(text("First one, then the other")),
            model(text("First:"), {"function_call": CALL, "thought_signature": SIGNATURE}),
            user({"function_response": REPLY}),
            model({"function_call": {"name": "clock"}, "thought_signature": SIGNATURE[:7]}),
            user({"function_response": {"name": "clock", "response": {}}}),
        ],
        {
            "tools": [{"function_declarations": [WEATHER, CLOCK]}],
            "tool_config": {"function_calling_config": {"mode": "NONE"}},
        },
    ),
    "a reply first": Request(MODEL, [user({"function_response": REPLY})]),
    "a reply with an image": Request(
        MODEL,
        [
            user(text("Draw")),
            model(
                {
                    "function_call": {
                        "name": "draw",
                        "args": {"seed": 2**64 - 1, "at": [-(2**53) - 1]},
                    }
                }
            ),
            user(
                {
                    "function_response": {
                        "name": "draw",
                        "response": {"output": "drawn"},
                        "parts": [media(JPEG, "image/jpeg")],
                    }
                }
            ),
        ],
    ),
    "executed code": Request(
        MODEL,
        [
            user(text("Sum?")),
            model(
                {"executable_code": {"language": "PYTHON", "code": 'print("a")\nprint(1)\n'}},
                {"code_execution_result": {"outcome": "OUTCOME_OK", "output": "a\n1\n"}},
                media(),
            ),
            user(text("Again")),
        ],
    ),
    "calls of the server's tools": Request(
        MODEL,
        [
            user(text("Search")),
            model(
                {"tool_call": {"id": "t", "tool_type": "GOOGLE_SEARCH_WEB", "args": {"q": "a"}}},
                {"tool_response": {"id": "t", "tool_type": "GOOGLE_SEARCH_WEB", "response": {}}},
            ),
            user(text("Go on")),
        ],
    ),
    "metadata of parts": asked({"text": "Hello", "part_metadata": {"from_user": {"a_b": 1}}}),
    "how media are read": asked(
        {**media(), "media_processing": "AGENTIC"},
        {**media(WAV, "audio/wav"), "speech_metadata": {"speaker": "Zoë", "style": "calm"}},
        {"audio_transcription": {"text": "Hi", "language_code": "de", "finished": True}},
    ),
    "metadata of documents": asked(
        {**media(PDF, "application/pdf"), "document_metadata": {"start_page": 2}},
        {**media(WAV, "audio/wav"), "audio_metadata": {"start_offset": "1s"}},
        {**media(JPEG, "text/csv"), "spreadsheet_metadata": {"sheet_index": 1}},
    ),
    "the model speaks first": Request(MODEL, [model(text("Hi")), user(text("Hello"))]),
    "without a role": Request(MODEL, [{"parts": [text()]}]),
    "an empty text": asked(text("")),
    "a tuned model": Request("tunedModels/my-model-1", [user(text())]),
    "a model's full name": Request("models/gemini-2.5-flash", [user(text())]),
    "a model called oddly": Request("a b$(id)`id`'\"[1]{2}", [user(text())]),
}

TEXTS: dict[str, Request] = {
    **{f"prompt: {name}": asked(text(value)) for name, value in NASTY_TEXTS.items()},
    **{
        f"instruction: {name}": asked(text(value), media(), system_instruction=value)
        for name, value in NASTY_TEXTS.items()
    },
    "texts in keys and values": asked(
        tools=[
            {
                "function_declarations": [
                    {"name": "f", "parameters_json_schema": {"enum": list(NASTY_TEXTS.values())}}
                ]
            }
        ],
        response_json_schema={"properties": {v: {"title": v} for v in NASTY_TEXTS.values()}},
    ),
}

REQUESTS: dict[str, Request] = SETTINGS | TOOLS | CONTENTS | TEXTS
