"""Saved prompts: variables, versions, and what others get of them."""

import base64
import io
import json
import random
import zlib
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from gemini.history import sharing
from gemini.history.database import History
from gemini.history.presets import INSTRUCTION, SCHEMA, NameTakenError
from gemini.history.sharing import SharingError, for_sharing, from_json, from_link, to_json, to_link
from gemini.request import Request
from gemini.template import fill, no_variables, texts, variables, with_texts
from tests.gemini.history.sample_runs import PICTURE, picture, user

KEY = "AIza" + "x" * 35
TEMPLATE = Request(
    "gemini-x",
    [user("Translate {{text}} into {{ target language }}.", picture()), user("{{text}}, please")],
    {"system_instruction": "You are {{role}}.", "temperature": 0.0},
)


def test_variables_are_those_of_all_texts_in_order() -> None:
    assert variables(TEMPLATE) == ["role", "text", "target language"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{a}} {{ a }} {{b-c}} {{d_e}}", ["a", "b-c", "d_e"]),
        ("{{größe}} {{2nd}}", ["größe", "2nd"]),
        ("{a} {{}} {{ }} {{a.b}} {{-a}} {{a\nb}} { {a} }", []),
        ('f"{{{x}}}"', ["x"]),
    ],
)
def test_what_is_a_variable(text: str, expected: list[str]) -> None:
    assert variables(Request("m", [user(text)])) == expected


def test_what_only_looks_like_a_variable_is_told() -> None:
    template = Request("m", [user("{{a}} {{user.name}} {{ _b }} {{}} { {c} } {{user.name}}")])
    assert variables(template) == ["a"]
    assert no_variables(template) == ["user.name", "_b"]


def test_filling_puts_values_in_and_touches_nothing_else() -> None:
    values = {"text": "{{role}} \\1 $x", "target language": "French", "role": "terse"}
    filled = fill(TEMPLATE, values)
    assert filled == Request(
        "gemini-x",
        [
            user("Translate {{role}} \\1 $x into French.", picture()),
            user("{{role}} \\1 $x, please"),
        ],
        {"system_instruction": "You are terse.", "temperature": 0.0},
    )
    assert variables(TEMPLATE)  # the template is as it was


@pytest.mark.parametrize(
    "instruction",
    [
        "Be {{x}}",
        {"text": "Be {{x}}"},
        {"role": "user", "parts": [{"text": "Be {{x}}"}]},
        ["Be {{x}}", {"text": "and {{x}}"}],
    ],
)
def test_an_instruction_of_any_shape_is_filled(instruction: Any) -> None:
    template = Request("m", [], {"system_instruction": instruction})
    assert variables(template) == ["x"]
    filled = fill(template, {"x": "kind"})
    assert "Be kind" in json.dumps(filled.config)
    assert variables(filled) == []


def test_texts_are_listed_with_their_places_and_changed_one_by_one() -> None:
    answered = {"role": "model", "parts": [{"text": "Done."}]}
    template = replace(TEMPLATE, contents=[TEMPLATE.contents[0], answered])
    assert texts(template) == [
        ("system instruction", "You are {{role}}."),
        ("user", "Translate {{text}} into {{ target language }}."),
        ("model", "Done."),
    ]
    changed = with_texts(template, ["A", "B", "C"])
    assert [text for _, text in texts(changed)] == ["A", "B", "C"]
    assert changed.contents[0]["parts"][1] == picture()
    assert changed.config["temperature"] == 0.0


def test_what_has_no_value_is_named() -> None:
    with pytest.raises(ValueError, match="no value for role, target language"):
        fill(TEMPLATE, {"text": "x"})


def test_versions_are_kept_and_the_newest_is_listed(history: History) -> None:
    store = history.of()
    assert store.save_preset("Translate", "chat", Request("old", [user("{{x}}")])) == 1
    assert store.save_preset("Translate", "image", TEMPLATE) == 2
    assert store.save_preset("Another", "chat", TEMPLATE) == 1
    listed = store.presets()
    assert [(p.name, p.page, p.version, p.versions) for p in listed] == [
        ("Another", "chat", 1, 1),
        ("Translate", "image", 2, 2),
    ]
    assert listed[1].template == TEMPLATE
    assert store.preset_names() == {"Another": 1, "Translate": 2}
    assert history.of("other").preset_names() == {}
    versions = store.preset_versions("Translate")
    assert [(p.version, p.template.model) for p in versions] == [(2, "gemini-x"), (1, "old")]


def test_prompts_are_renamed_and_deleted_with_their_media(history: History) -> None:
    store = history.of()
    store.save_preset("A", "chat", TEMPLATE)
    store.save_preset("A", "chat", TEMPLATE)
    store.save_preset("B", "chat", Request("m", []))
    assert not store.rename_preset("A", "B")
    assert store.rename_preset("A", "C")
    assert [p.name for p in store.presets()] == ["B", "C"]
    assert history.stored_bytes() == len(PICTURE)
    assert store.delete_preset("C")
    assert not store.delete_preset("C")
    assert history.stored_bytes() == 0


SECRETIVE = Request(
    "gemini-x",
    [
        user(f"My key is {KEY}, sorted(x, key=len)", picture()),
        user({"file_data": {"file_uri": "https://x/files/abc?token=secret-token"}}),
    ],
    {
        "system_instruction": {"parts": [{"text": "Look"}, picture()]},
        "cached_content": "cachedContents/secret-cache",
        "http_options": {"headers": {"x-goog-api-key": "secret-header"}, "base_url": "http://evil"},
        "tools": [
            {
                "function_declarations": [
                    {"name": "f", "parameters": {"properties": {"headers": {}}}}
                ],
                "mcp_servers": [
                    {"name": "s", "streamable_http_transport": {"headers": {"a": "secret-mcp"}}}
                ],
            },
            {"google_maps": {"auth_config": {"api_key": "secret-tool"}}},
        ],
    },
)


def test_what_is_shared_has_neither_secrets_nor_media() -> None:
    shared = for_sharing("Mine", "chat", SECRETIVE)
    assert shared.left_out == 3
    text = json.dumps(to_json(shared))
    for hidden in (KEY, "secret-", "evil", base64.b64encode(PICTURE).decode()[:40]):
        assert hidden not in text
    assert shared.template.contents[0]["parts"] == [
        {"text": "My key is [hidden], sorted(x, key=len)"}
    ]
    declared = shared.template.config["tools"][0]["function_declarations"][0]
    assert declared["parameters"] == {"properties": {"headers": {}}}


@pytest.mark.parametrize("way", ["file", "link"])
def test_what_was_shared_comes_back(way: str) -> None:
    shared = for_sharing("Grüße", "chat", TEMPLATE)
    if way == "file":
        assert from_json(json.loads(json.dumps(to_json(shared)))) == shared
    else:
        link = to_link(shared)
        assert set(link) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
        assert len(link) < 500
        assert from_link(link) == shared


def test_what_comes_in_is_cleaned_too() -> None:
    """A link could bring headers, or send the reader's key to another server."""
    raw = {
        "format": sharing.FORMAT, "version": sharing.VERSION, "name": "x", "page": "chat",
        "request": SECRETIVE.to_json(),
    }  # fmt: skip
    assert from_json(raw) == for_sharing("x", "chat", SECRETIVE)


def test_a_prompt_too_long_for_a_link_says_so() -> None:
    noise = base64.b64encode(random.Random(1).randbytes(20_000)).decode()
    with pytest.raises(SharingError, match="file"):
        to_link(for_sharing("Long", "chat", Request("m", [user(noise)])))


def _link(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.parametrize(
    "link",
    [
        "",
        "????",
        "aGVsbG8",
        _link(zlib.compress(b"[]")),
        _link(zlib.compress(b"not json")),
        _link(zlib.compress(b"[" * 100_000)),
        _link(zlib.compress(b"{}")[:-3]),
        _link(zlib.compress(bytes(5_000_000))),
        _link(zlib.compress(json.dumps({"format": sharing.FORMAT, "version": 1}).encode())),
        _link(zlib.compress(json.dumps({"format": sharing.FORMAT, "version": 9}).encode())),
        "A" * 100_000,
        "größe",
    ],
)
def test_what_is_no_link_is_refused(link: str) -> None:
    with pytest.raises(SharingError):
        from_link(link)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other"},
        {"version": 2},
        {"request": None},
        {"request": {"model": 7}},
        {"request": {"model": "m", "contents": [{"parts": [{"text": 5}]}]}},
        {"left_out": "some"},
    ],
)
def test_what_is_no_saved_prompt_is_refused(change: dict[str, Any]) -> None:
    data = to_json(for_sharing("x", "chat", TEMPLATE))
    with pytest.raises(SharingError):
        from_json({**data, **change})


def test_system_instructions_are_kept_apart_from_prompts(history: History) -> None:
    store, template = history.of(), Request("m", [], {"system_instruction": "Be brief."})
    assert store.save_preset("Brief", INSTRUCTION, template) == 1
    assert store.save_preset("Greet", "chat", TEMPLATE) == 1
    assert [each.name for each in store.presets(INSTRUCTION)] == ["Brief"]
    assert store.preset_names() == {"Greet": 1}
    assert [each.name for each in store.presets()] == ["Greet"]
    with pytest.raises(NameTakenError, match="Brief is the name of a system instruction"):
        store.save_preset("Brief", "chat", TEMPLATE)
    with pytest.raises(NameTakenError, match="Greet is the name of a saved prompt"):
        store.save_preset("Greet", INSTRUCTION, template)
    assert not store.rename_preset("Brief", "Greet")
    assert history.of("other").presets(INSTRUCTION) == []


def test_an_archive_brings_instructions_where_their_names_are_free(
    history: History,
) -> None:
    template = Request("m", [], {"system_instruction": "Be brief."})
    store, other = history.of(), history.of("other")
    store.save_preset("Brief", INSTRUCTION, template)
    store.save_preset("Brief", INSTRUCTION, template)
    store.save_preset("Calm", INSTRUCTION, template)
    other.save_preset("Calm", "chat", TEMPLATE)
    file = io.BytesIO()
    store.export(file)
    other.import_archive(file)
    assert [(each.name, each.versions) for each in other.presets(INSTRUCTION)] == [("Brief", 2)]
    assert other.preset_names() == {"Calm": 1}


def test_schemas_are_kept_apart_and_come_back_as_they_were(history: History) -> None:
    odd = {"properties": {"$bytes": {"enum": ["a", None]}, "b": {"$dict": 1}, "a": {"data": {}}}}
    store, template = history.of(), Request("m", [], {"response_json_schema": odd})
    assert store.save_preset("Odd", SCHEMA, template) == 1
    (saved,) = store.presets(SCHEMA)
    assert saved.kind == SCHEMA
    assert json.dumps(saved.template.config) == json.dumps(template.config)  # in its order
    assert store.presets() == store.presets(INSTRUCTION) == []
    for page in ("chat", INSTRUCTION):
        with pytest.raises(NameTakenError, match="Odd is the name of a schema"):
            store.save_preset("Odd", page, TEMPLATE)
    file = io.BytesIO()
    store.export(file)
    other = history.of("other")
    other.import_archive(file)
    assert list(other.preset_names(SCHEMA)) == ["Odd"]


def test_a_list_is_read_in_two_queries_however_long_it_is(history: History) -> None:
    store = history.of()
    for number in range(20):
        store.save_preset(f"Note {number}", INSTRUCTION, TEMPLATE)
        store.save_preset("Greet", "chat", TEMPLATE)
    statements: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(store._engine, "before_cursor_execute", count)
    assert len(store.presets(INSTRUCTION)) == 20
    assert len(store.preset_versions("Greet")) == 20
    event.remove(store._engine, "before_cursor_execute", count)
    assert len([each for each in statements if each.startswith("SELECT")]) == 4
