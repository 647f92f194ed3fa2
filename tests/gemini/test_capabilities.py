"""What a model takes: from the API first, from the dated file for the rest."""

import asyncio
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

import httpx2
import pytest
from google import genai
from google.genai import errors, types

from gemini.api.connect import Connection
from gemini.data import table
from gemini.models.capabilities import (
    EVERY_INPUT,
    LEVELS,
    NO_THINKING,
    UNKNOWN_THINKING,
    Capabilities,
    Thinking,
    chat_models,
    of,
    short_name,
    unknown,
    version_of,
)
from gemini.models.listing import fetch_models, in_menu_order
from gemini.settings.checks import validate
from gemini.settings.table import BY_NAME
from tests.fake_gemini import FakeGemini

OUTPUTS = {"text", "image", "audio", "music", "video", "embedding", "transcript",
           "decision"}  # fmt: skip


def model(name: str, **fields: Any) -> types.Model:
    return types.Model(name=f"models/{name}", **fields)


def listed(client: genai.Client) -> list[Capabilities]:
    return in_menu_order(of(model) for model in asyncio.run(fetch_models(client)))


# The data file


def test_the_file_says_when_it_was_made() -> None:
    assert isinstance(table("capabilities")["date"], date)


@pytest.mark.parametrize("family", table("capabilities")["families"], ids=lambda f: f["match"][0])
def test_every_family_is_well_formed(family: dict[str, Any]) -> None:
    assert family["match"]
    assert all(glob == glob.lower() for glob in family["match"])
    assert set(family.get("inputs", [])) <= EVERY_INPUT
    assert set(family["outputs"]) <= OUTPUTS
    assert 1 <= family.get("candidates", 1) <= 8
    assert {*family.get("ignores", []), *family.get("refuses", [])} <= BY_NAME.keys()
    assert set(family.get("notes", [])) <= table("capabilities")["advice"].keys()
    thinking = family.get("thinking", {"kind": "unknown"})
    assert thinking["kind"] in {"none", "budget", "level", "unknown"}
    if thinking["kind"] == "level":
        assert thinking["levels"] == [level for level in LEVELS if level in thinking["levels"]]
        assert thinking.get("default", thinking["levels"][0]) in thinking["levels"]
    if thinking["kind"] == "budget":
        assert 0 < thinking["min"] < thinking.get("max", 10**9)


def test_no_family_hides_behind_an_earlier_one() -> None:
    for index, family in enumerate(table("capabilities")["families"]):
        for glob in family["match"]:
            name = glob.replace("*", "")
            first = next(
                i
                for i, other in enumerate(table("capabilities")["families"])
                if any(fnmatchcase(name, g) for g in other["match"])
            )
            assert first == index, f"{glob} is never reached"


def test_no_control_characters_or_double_spaces_in_advice() -> None:
    for text in table("capabilities")["advice"].values():
        assert "  " not in text
        assert "\n" not in text
        assert text == text.strip()


# Families


@pytest.mark.parametrize(
    ("name", "budget", "off"),
    [
        ("gemini-2.5-pro", (128, 32768), False),
        ("gemini-2.5-flash", (1, 24576), True),
        ("gemini-2.5-flash-lite", (512, 24576), True),
        ("gemini-2.5-flash-lite-preview-09-2025", (512, 24576), True),
    ],
)
def test_budgets_of_gemini_2_5(name: str, budget: tuple[int, int], off: bool) -> None:
    thinking = unknown(name).thinking
    assert thinking.kind == "budget"
    assert (thinking.min_budget, thinking.max_budget) == budget
    assert thinking.can_turn_off is off
    assert thinking.levels == ()
    assert unknown(name).max_candidates == 8


@pytest.mark.parametrize(
    ("name", "levels", "default"),
    [
        ("gemini-3-pro-preview", ("LOW", "HIGH"), "HIGH"),
        ("gemini-3.1-pro-preview", ("LOW", "MEDIUM", "HIGH"), "HIGH"),
        ("gemini-3-flash-preview", ("MINIMAL", "LOW", "MEDIUM", "HIGH"), None),
        ("gemini-3.1-flash-lite", ("MINIMAL", "LOW", "MEDIUM", "HIGH"), None),
        ("gemini-3.5-flash", ("MINIMAL", "LOW", "MEDIUM", "HIGH"), "MEDIUM"),
        ("gemini-3.5-flash-lite", ("MINIMAL", "LOW", "MEDIUM", "HIGH"), "MINIMAL"),
        ("gemini-3.6-flash", ("MINIMAL", "LOW", "MEDIUM", "HIGH"), "MEDIUM"),
        ("gemini-3.7-flash", ("LOW", "MEDIUM", "HIGH"), "MEDIUM"),
        ("gemini-3.8-flash", ("LOW", "MEDIUM", "HIGH"), "MEDIUM"),
        ("gemini-4-argon", ("LOW", "MEDIUM", "HIGH"), "MEDIUM"),
        ("gemini-4-carbon", ("LOW", "MEDIUM", "HIGH"), "MEDIUM"),
        ("gemini-4-carbon-cyber-permissive", ("LOW", "MEDIUM", "HIGH"), "HIGH"),
        ("gemini-4-neon", ("LOW", "MEDIUM", "HIGH", "XHIGH"), "HIGH"),
        ("gemini-4-hydrogen", ("LOW", "MEDIUM", "HIGH", "XHIGH"), "HIGH"),
    ],
)
def test_levels_from_gemini_3_on(name: str, levels: tuple[str, ...], default: str | None) -> None:
    caps = unknown(name)
    assert caps.thinking.kind == "level"
    assert caps.thinking.levels == levels
    assert caps.thinking.default_level == default
    assert caps.thinking.can_turn_off is False
    assert caps.max_candidates == 1
    assert caps.checked


@pytest.mark.parametrize(
    ("name", "outputs"),
    [
        ("gemini-2.5-flash-preview-tts", {"audio"}),
        ("gemini-3.8-flash-tts", {"audio"}),
        ("gemini-2.5-flash-image", {"text", "image"}),
        ("gemini-3.1-flash-lite-image", {"text", "image"}),
        ("gemini-3-pro-image-preview", {"text", "image"}),
        ("gemini-embedding-001", {"embedding"}),
        ("gemini-embedding-2", {"embedding"}),
        ("text-embedding-004", {"embedding"}),
        ("imagen-4.0-generate-001", {"image"}),
        ("veo-3.1-generate-preview", {"video"}),
        ("gemini-2.5-flash", {"text"}),
        ("gemini-3.8-live", {"audio", "text"}),
        ("gemini-3.5-transcribe", {"transcript"}),
        ("gemini-robotics-er-2-preview", {"text"}),
        ("gemini-omni-1.2-flash", {"video"}),
        ("lyria-3.5", {"music"}),
        ("gemini-decision-1", {"decision"}),
    ],
)
def test_what_models_write(name: str, outputs: set[str]) -> None:
    assert unknown(name).outputs == outputs


@pytest.mark.parametrize(
    ("name", "reached_by"),
    [
        ("gemini-3.8-live", "the Live API"),
        ("gemini-3.8-live-extended-thinking", "the Live API"),
        ("gemini-2.5-flash-native-audio-preview-12-2025", "the Live API"),
        ("gemini-robotics-er-2-streaming-preview", "the Live API"),
        ("lyria-realtime-exp", "the Live API"),
        ("gemini-omni-flash-preview", "the Interactions API"),
        ("lyria-3-clip-preview", "the Interactions API"),
        ("genie-4", "Live Interactions"),
        ("gemini-decision-1", "the Decisions API"),
        ("gemini-robotics-er-2-preview", None),
        ("gemini-3.5-transcribe", None),
        ("gemini-4-neon", None),
    ],
)
def test_a_model_without_generate_content_is_no_chat_model(
    name: str, reached_by: str | None
) -> None:
    caps = unknown(name)  # as Vertex AI lists it, without its methods
    assert caps.reached_by == reached_by
    if reached_by:
        assert chat_models([caps]) == []
        assert validate({}, caps)[0].startswith(f"{name} answers through {reached_by} only")
        warnings = validate({"api": "interactions.create"}, caps)
        assert bool(warnings) == (reached_by != "the Interactions API")
    listed = of(model(name, supported_actions=["generateContent"]))
    if not name.startswith("gemini-omni"):  # listed with it, and refuses it
        assert listed.reached_by is None  # the API knows better
    assert (chat_models([listed]) == [listed]) == ("text" in listed.outputs)


def test_the_newest_of_a_family_comes_first() -> None:
    names = ["gemini-omni-1.1-flash", "gemini-omni-1.2-flash", "lyria-3-clip-preview", "lyria-3.5"]
    ordered = [caps.name for caps in in_menu_order(unknown(name) for name in names)]
    assert ordered.index(names[1]) < ordered.index(names[0])
    assert ordered.index(names[3]) < ordered.index(names[2])


def test_what_neon_refuses_and_how_long_it_may_be_silent() -> None:
    caps = unknown("gemini-4-neon")
    assert caps.ignored == {"temperature", "top_p", "top_k"}
    assert caps.refused == {"presence_penalty", "frequency_penalty", "cached_content"}
    assert caps.silence == 900
    assert unknown("gemini-4-carbon").refused == {"cached_content"}


def test_the_emulators_own_model() -> None:
    caps = of(model("smollm2-135m-instruct", output_token_limit=4096, thinking=True))
    assert caps.checked
    assert caps.inputs == {"text", "image", "audio", "pdf"}
    assert caps.thinking == Thinking("budget", 1, 4096, True)
    assert caps.max_candidates == 8


def test_an_unknown_name_is_offered_everything_and_marked() -> None:
    caps = unknown("gemini-7-helium")
    assert not caps.checked
    assert caps.name == caps.display_name == "gemini-7-helium"
    assert caps.thinking == UNKNOWN_THINKING
    assert caps.thinking.levels == LEVELS
    assert caps.inputs == EVERY_INPUT
    assert caps.max_candidates == 8
    assert caps.input_token_limit is None


# The API's own word


def test_what_the_api_says_is_taken_over() -> None:
    caps = of(
        model(
            "gemini-2.5-flash",
            display_name="Gemini 2.5 Flash",
            description="Fast",
            input_token_limit=1048576,
            output_token_limit=65536,
            supported_actions=["generateContent", "countTokens"],
            temperature=0.0,
            max_temperature=1.0,
            top_p=0.95,
            top_k=64,
            thinking=True,
        )
    )
    assert caps.name == "gemini-2.5-flash"
    assert (caps.display_name, caps.description) == ("Gemini 2.5 Flash", "Fast")
    assert (caps.input_token_limit, caps.output_token_limit) == (1048576, 65536)
    assert caps.actions == {"generateContent", "countTokens"}
    assert (caps.temperature, caps.max_temperature) == (0.0, 1.0)
    assert (caps.top_p, caps.top_k) == (0.95, 64)


@pytest.mark.parametrize(
    ("name", "thinks", "kind"),
    [
        ("gemini-2.5-flash", None, "budget"),
        ("gemini-2.5-flash", False, "none"),
        ("gemini-2.0-flash", None, "none"),
        ("gemini-2.0-flash", True, "unknown"),
        ("gemini-7-helium", False, "none"),
        ("gemini-7-helium", None, "unknown"),
    ],
)
def test_whether_it_thinks_at_all_the_api_knows_best(
    name: str, thinks: bool | None, kind: str
) -> None:
    caps = of(model(name, thinking=thinks))
    assert caps.thinking.kind == kind
    assert kind != "none" or caps.thinking == NO_THINKING


@pytest.mark.parametrize(
    ("actions", "outputs"),
    [
        (["generateContent"], {"text"}),
        (["embedContent"], {"embedding"}),
        (["predictLongRunning"], {"video"}),
        (["predict"], {"image"}),
        (["generateContent", "embedContent"], {"text"}),
    ],
)
def test_what_an_unknown_model_writes_is_seen_by_its_methods(
    actions: list[str], outputs: set[str]
) -> None:
    assert of(model("something-new", supported_actions=actions)).outputs == outputs


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("models/gemini-2.5-flash", "gemini-2.5-flash"),
        ("publishers/google/models/gemini-2.5-flash", "gemini-2.5-flash"),
        ("gemini-2.5-flash", "gemini-2.5-flash"),
        ("tunedModels/mine-123", "tunedModels/mine-123"),
    ],
)
def test_prefixes_go(name: str, short: str) -> None:
    assert short_name(name) == short
    assert of(types.Model(name=name)).name == short


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("models/gemini-2.5-flash", 2.5),
        ("gemini-3-pro-preview", 3.0),
        ("gemini-4-argon", 4.0),
        ("gemma-4-31b-it", 4.0),
        ("gemini-flash-latest", 0.0),
        ("gemini-embedding-001", 0.0),
        ("smollm2-135m-instruct", 0.0),
        ("tunedModels/gemini-3", 0.0),
    ],
)
def test_the_generation_in_a_name(name: str, version: float) -> None:
    assert version_of(name) == version


@pytest.mark.parametrize("kind", ["flash", "flash-lite", "pro"])
def test_an_alias_is_of_a_family_and_takes_what_its_models_take(kind: str) -> None:
    alias = unknown(f"gemini-{kind}-latest")
    assert alias.checked
    models = [
        unknown(name)
        for family in table("capabilities")["families"]
        for name in (glob.rstrip("*") for glob in family.get("match", ()))
        if version_of(name) >= 3.1 and name.endswith(f"-{kind}")
    ]
    assert models
    for each in models:
        assert set(alias.thinking.levels) <= set(each.thinking.levels)
        assert alias.inputs <= each.inputs
        assert alias.max_candidates <= each.max_candidates


# Lists


def named(*names: str, **fields: Any) -> list[Capabilities]:
    return [of(model(n, supported_actions=["generateContent"], **fields)) for n in names]


def test_chat_models_write_text_by_generate_content() -> None:
    models = [
        *named("gemini-2.5-flash", "gemini-2.5-flash-preview-tts", "gemini-2.5-flash-image"),
        of(model("gemini-embedding-001", supported_actions=["embedContent"])),
        of(model("gemini-3.1-flash-live-preview", supported_actions=["bidiGenerateContent"])),
        *named("brand-new"),
    ]
    names = [m.name for m in chat_models(models)]
    assert names == ["gemini-2.5-flash", "gemini-2.5-flash-image", "brand-new"]


def test_vertex_names_no_methods() -> None:
    names = ["gemini-2.5-flash", "gemini-embedding-001", "imagen-4.0-generate-001", "text-bison"]
    models = [of(types.Model(name=f"publishers/google/models/{n}")) for n in names]
    assert [m.name for m in chat_models(models)] == ["gemini-2.5-flash"]


def client_of(pages: list[dict[str, Any]], seen: list[str]) -> genai.Client:
    def handler(request: httpx2.Request) -> httpx2.Response:
        seen.append(str(request.url))
        return httpx2.Response(200, json=pages[len(seen) - 1])

    http_client = httpx2.AsyncClient(transport=httpx2.MockTransport(handler))
    return genai.Client(
        api_key="k", vertexai=False, http_options=types.HttpOptions(httpx_async_client=http_client)
    )


def test_every_page_is_read_and_sorted_for_a_menu() -> None:
    names = [
        "gemini-embedding-001",
        "tunedModels/mine",
        "gemini-2.5-flash",
        "gemma-4-31b-it",
        "gemini-3.1-pro-preview",
        "gemini-flash-latest",
        "gemini-3.8-flash",
        "gemini-2.5-pro",
        "gemini-3.8-flash-tts",
        "smollm2-135m-instruct",
        "gemini-2.5-flash-preview-09-2025",
    ]
    entries = [{"name": n if "/" in n else f"models/{n}"} for n in names]
    seen: list[str] = []
    client = client_of(
        [{"models": entries[:4], "nextPageToken": "n"}, {"models": entries[4:]}], seen
    )
    assert [m.name for m in listed(client)] == [
        "gemini-3.8-flash",
        "gemini-3.1-pro-preview",
        "gemini-2.5-flash",
        "gemini-2.5-pro",
        "gemini-2.5-flash-preview-09-2025",
        "gemini-flash-latest",
        "gemma-4-31b-it",
        "smollm2-135m-instruct",
        "gemini-3.8-flash-tts",
        "gemini-embedding-001",
        "tunedModels/mine",
    ]
    assert len(seen) == 2
    assert "pageToken=n" in seen[1]


def test_a_list_over_the_wire(fake: FakeGemini, connection: Connection) -> None:
    fetched = connection.submit(fetch_models(connection.client)).result(20)
    models = in_menu_order(of(model) for model in fetched)
    assert [m.name for m in models] == ["gemini-3.8-flash", "gemini-2.5-flash"]
    assert models[0].input_token_limit == 1048576
    assert chat_models(models) == models


def test_a_failure_to_list_is_passed_on() -> None:
    def refuse(_request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(403, json={"error": {"code": 403, "message": "no"}})

    http_client = httpx2.AsyncClient(transport=httpx2.MockTransport(refuse))
    options = types.HttpOptions(httpx_async_client=http_client)
    client = genai.Client(api_key="k", vertexai=False, http_options=options)
    with pytest.raises(errors.ClientError):
        listed(client)
