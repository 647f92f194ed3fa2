"""A link to a setup: what goes into it, and what of anybody's link is taken."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemini import links, setup
from gemini.links import LinkError
from gemini.models.capabilities import unknown
from gemini.request import CREATE_INTERACTION, Request
from gemini.setup import Setup, from_link, setup_of, to_link, unusable

CONFIG = {
    "temperature": 0.2,
    "system_instruction": "Answer as a pirate.",
    "thinking_config": {"thinking_budget": 0},
    "stop_sequences": ["END"],
    "tools": [{"google_search": {}}],
    "safety_settings": [
        {"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"},
    ],
}
KEY = "AIza" + "x" * 35


def link_of(**data: Any) -> str:
    return links.to_link({"version": setup.VERSION, "model": "gemini-2.5-flash", **data})


def test_a_setup_comes_back_as_it_was() -> None:
    request = Request("gemini-2.5-pro", [], CONFIG, CREATE_INTERACTION)
    sent = setup_of(request, "Explain {{this}}\nand “that”")
    assert from_link(to_link(sent)) == (sent, ())
    assert sent.request == request


def test_what_is_somebodys_own_stays_at_home() -> None:
    config = {
        **CONFIG,
        "system_instruction": f"The key is {KEY}.",
        "cached_content": "cachedContents/1",
        "http_options": {"headers": {"x-goog-api-key": KEY}},
        "response_schema": {"type": "STRING"},
        "tools": [
            {"google_search": {}},
            {"mcp_servers": [{"url": "https://a.b/sse?token=secret", "headers": {"a": "secret"}}]},
            {"function_declarations": [{"name": "mine"}]},
        ],
    }
    sent = setup_of(Request("m", [{"role": "user", "parts": []}], config), f"Use {KEY}")
    assert sent.config["tools"] == [{"google_search": {}}]
    assert not {"cached_content", "http_options", "response_schema"} & sent.config.keys()
    assert KEY not in str(sent)
    assert "secret" not in str(sent)


def test_each_thing_that_cannot_be_taken_is_named_and_the_rest_is_taken() -> None:
    read, left_out = from_link(
        link_of(
            config={
                "temperature": "hot",
                "topP": 0.5,
                "warp": 9,
                "http_options": {"base_url": "http://evil.example"},
                "cached_content": "cachedContents/1",
                "tools": [{"url_context": {}}, {"mcp_servers": [{"url": "https://evil.example"}]}],
            },
            prompt=["no text"],
            api="telepathy",
            extra=1,
        )
    )
    assert read == Setup("gemini-2.5-flash", {"top_p": 0.5, "tools": [{"url_context": {}}]})
    said = " ".join(left_out)
    for name in ("temperature", "warp", "http_options", "cached_content", "tool", "prompt",
                 "telepathy", "extra"):  # fmt: skip
        assert name in said
    assert "evil" not in said


def test_a_newer_version_is_read_as_far_as_it_is_known() -> None:
    read, left_out = from_link(link_of(version=setup.VERSION + 1, prompt="Hi", mood="good"))
    assert (read.model, read.prompt) == ("gemini-2.5-flash", "Hi")
    assert "newer version" in left_out[0]
    assert "mood" in left_out[1]


@pytest.mark.parametrize(
    "data", [{"model": 7}, {"model": ""}, {"model": "m" * 5000}, {"config": [1]}, {"api": [1]},
             {"version": "2"}, {"prompt": {"a": 1}}, {"config": {"tools": "x"}},
             {"config": {"safety_settings": 5}}, {"config": {"thinking_config": [[]]}}]
)  # fmt: skip
def test_rubbish_in_one_place_is_said(data: dict[str, Any]) -> None:
    assert from_link(link_of(**data))[1]


@pytest.mark.parametrize(
    "link",
    ["", "x", "%%%", "eJw", "A" * (links.LONGEST + 1), links.to_link([1]), links.to_link({"a": 1}),
     link_of(prompt="Hi")[:-8]],
)  # fmt: skip
def test_what_is_no_link_is_said(link: str) -> None:
    with pytest.raises(LinkError):
        from_link(link)


def test_a_link_that_unpacks_without_end_is_refused() -> None:
    with pytest.raises(LinkError, match="too long"):
        from_link(links.to_link({"version": 1, "prompt": "a" * (links.LARGEST + 1)}))


def test_one_that_is_nested_deeply_is_refused_or_read() -> None:
    nested: Any = 1
    for _ in range(900):
        nested = [nested]
    with suppress(LinkError):
        assert from_link(link_of(config={"temperature": nested}))[1]


def test_a_prompt_that_is_too_long_for_an_address_is_refused() -> None:
    words = " ".join(str(n * n * 7919) for n in range(4_000))
    with pytest.raises(LinkError, match="characters, more than"):
        to_link(Setup("m", prompt=words))


@given(st.text(max_size=300), st.text(min_size=1, max_size=60))
def test_any_words_survive(prompt: str, model: str) -> None:
    read, _ = from_link(to_link(Setup(model, prompt=prompt)))
    assert read.model or not model.strip()


def test_what_a_model_has_no_use_for_is_named() -> None:
    setting = Setup("m", {"thinking_config": {"thinking_level": "ULTRA"}, "temperature": 0.5})
    assert unusable(setting, unknown("m"), vertex=False) == []  # nothing is known of that one
