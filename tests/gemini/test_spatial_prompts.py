"""What is asked, and with which settings."""

import jsonschema
import pytest
from google.genai import types

from gemini.models.capabilities import unknown
from gemini.spatial.prompts import Mode, advised_limit, ask, max_side, question_in


@pytest.mark.parametrize(
    ("mode", "key"), [("boxes", "box_2d"), ("points", "point"), ("masks", "mask")]
)
def test_prompts_name_the_key_the_scale_and_the_number(mode, key: str) -> None:
    prompt = ask(mode, "every {cat}\n and dog", limit=7).prompt
    assert f'"{key}"' in prompt
    assert "0-1000" in prompt
    assert "at most 7" in prompt
    assert "every {cat} and dog" in prompt


def test_without_words_everything_prominent_is_asked_for() -> None:
    assert "all of the prominent items" in ask("boxes", "  ").prompt
    assert f"at most {advised_limit()}" in ask("boxes").prompt


def test_schemas_take_the_answers_that_are_asked_for() -> None:
    boxes, points = ask("boxes").schema, ask("points").schema
    assert boxes
    assert points
    jsonschema.validate([{"box_2d": [0, 1, 2, 1000], "label": "cat"}], boxes)
    jsonschema.validate([{"point": [0, 1], "label": "cat"}], points)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate([{"box_2d": [0, 1, 2], "label": "cat"}], boxes)
    assert ask("masks").schema is None


@pytest.mark.parametrize(
    ("model", "temperature", "thinking"),
    [
        ("gemini-2.5-pro", 0.5, {"thinking_budget": 128}),
        ("models/gemini-2.5-flash", 0.5, {"thinking_budget": 0}),
        ("gemini-3.1-pro-preview", 1.0, {"thinking_level": "LOW"}),
        ("gemini-4-argon", 1.0, {"thinking_level": "LOW"}),
    ],
)
def test_settings_follow_the_model(model: str, temperature: float, thinking: dict) -> None:
    settings = ask("boxes", model=unknown(model)).settings
    values = {setting.name: setting.value for setting in settings}
    assert values == {"temperature": temperature, "thinking_config": thinking}
    assert types.GenerateContentConfig.model_validate(values).thinking_config
    assert all(setting.reason.endswith(".") for setting in settings)


def test_a_model_of_no_known_name_keeps_its_settings() -> None:
    assert ask("boxes", model=unknown("my-own-model")).settings == ()
    assert ask("boxes").settings == ()


def test_masks_warn_where_a_model_has_none() -> None:
    assert "no masks" in ask("masks", model=unknown("gemini-3.1-pro-preview")).warnings[0]
    assert ask("masks", model=unknown("gemini-2.5-flash")).warnings == ()
    assert ask("boxes", model=unknown("gemini-3.1-pro-preview")).warnings == ()


def test_more_than_the_advised_number_warns() -> None:
    assert ask("boxes", limit=advised_limit()).warnings == ()
    assert ask("boxes", limit=advised_limit() + 1).warnings


def test_pictures_are_sent_small_and_the_reason_is_told() -> None:
    assert max_side().value == 1024
    assert max_side().reason


@pytest.mark.parametrize("mode", ["boxes", "points", "masks"])
@pytest.mark.parametrize("find", ["", "red (cups), [at most] 3 objects", "{find} \\0 in the image"])
def test_a_question_is_read_back_from_its_prompt(mode: Mode, find: str) -> None:
    assert question_in(ask(mode, find, limit=7).prompt) == (mode, find, 7)
    assert question_in("What is it?") is None
