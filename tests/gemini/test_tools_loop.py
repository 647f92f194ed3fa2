"""Calls and their results: what goes back to the model, built-in functions, the loop's count."""

import json
from datetime import datetime
from typing import Any

import pytest

from gemini.conversation import Conversation, Turn
from gemini.request import Request
from gemini.run import Candidate, Run
from gemini.tools.built_in import built_ins, is_built_in, run
from gemini.tools.calling import calling_of, functions_of, with_functions
from gemini.tools.declarations import check
from gemini.tools.results import calls_in, read_result, results_in, rounds
from gemini.tools.units import convert

WEATHER = built_ins()["get_weather"]
SIGNATURE = b"\x0a\xfb\xef"
ANSWER = [
    {"text": "Let me look.", "thought": True},
    {
        "function_call": {"id": "c1", "name": "get_weather", "args": {"city": "Paris"}},
        "thought_signature": SIGNATURE,
    },
    {"function_call": {"id": "c2", "name": "get_weather", "args": {"city": "Rome"}}},
    {"function_call": {"name": "stop"}},
]


def test_calls_are_read_in_order_with_what_they_have() -> None:
    first, second, third = calls_in(ANSWER)
    assert (first.name, first.args, first.id) == ("get_weather", {"city": "Paris"}, "c1")
    assert (second.number, second.id) == (1, "c2")
    assert (third.name, third.args, third.id) == ("stop", {}, None)


def test_a_response_has_the_id_and_name_of_its_call() -> None:
    first, _, third = calls_in(ANSWER)
    part = first.response({"output": 21})
    assert part == {
        "function_response": {"id": "c1", "name": "get_weather", "response": {"output": 21}}
    }
    assert "id" not in third.response({})["function_response"]
    assert results_in([part, {"text": "and"}]) == [{"output": 21}]


def test_the_answer_with_its_calls_goes_back_untouched() -> None:
    conversation = Conversation()
    question = conversation.add([{"text": "Weather?"}], None)
    question.run = Run(Request("m", []), candidates=[Candidate(parts=ANSWER)])
    responses = [call.response({"output": call.number}) for call in calls_in(ANSWER)]
    turn = conversation.add(responses, question.id)
    contents = conversation.contents(turn, "m")
    assert [content["role"] for content in contents] == ["user", "model", "user"]
    assert contents[1]["parts"] == ANSWER
    assert contents[2]["parts"] == responses


@pytest.mark.parametrize(
    ("text", "is_error", "result"),
    [
        ('{"temperature": 21}', False, {"temperature": 21}),
        ("[1, 2]", False, {"output": [1, 2]}),
        ("21.5", False, {"output": 21.5}),
        ('"21"', False, {"output": "21"}),
        ("sunny", False, {"output": "sunny"}),
        ("null", False, {"output": None}),
        ("It rains: take a coat.\n", False, {"output": "It rains: take a coat."}),
        ("no such city", True, {"error": "no such city"}),
        ('{"code": 404}', True, {"error": {"code": 404}}),
        ('{"error": "gone", "code": 404}', True, {"error": "gone", "code": 404}),
    ],
)
def test_what_is_typed_becomes_a_result(text: str, is_error: bool, result: Any) -> None:
    assert read_result(text, is_error=is_error) == result


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "no result yet"), (" \n", "no result yet"), ('{"a": 1,}', "Line 1"), ("[1", "Line 1")],
)
def test_half_of_a_result_is_not_sent_as_text(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_result(text)


def test_rounds_are_counted_from_the_last_question() -> None:
    result = {"function_response": {"name": "f", "response": {}}}
    turns = [Turn([part], None) for part in ({"text": "a"}, result, {"text": "b"}, result, result)]
    assert [rounds(turns[:n]) for n in range(6)] == [0, 0, 1, 0, 1, 2]


def test_the_config_of_each_mode() -> None:
    tools = [{"function_declarations": [WEATHER]}]
    assert with_functions([WEATHER]) == {"tools": tools}
    for mode in ("ANY", "VALIDATED"):
        added = with_functions([WEATHER], mode, ["get_weather"])
        calling = {"mode": mode, "allowed_function_names": ["get_weather"]}
        assert added == {"tools": tools, "tool_config": {"function_calling_config": calling}}
        assert calling_of(added) == (mode, ["get_weather"])
        assert functions_of(added) == [WEATHER]
    added = with_functions([WEATHER], "NONE", ["get_weather"])
    assert added["tool_config"] == {"function_calling_config": {"mode": "NONE"}}
    assert with_functions([], "ANY") == {}
    assert calling_of({}) == ("AUTO", [])
    assert functions_of({"tools": [{"google_search": {}}]}) == []


def test_built_in_functions_can_be_declared() -> None:
    report = check(list(built_ins().values()))
    assert report.ok
    assert not report.marked


def test_somebody_s_own_function_is_not_taken_for_a_built_in_one() -> None:
    assert is_built_in(WEATHER)
    assert is_built_in(WEATHER | {"description": "In my words"})
    other = {"type": "object", "properties": {"place": {"type": "string"}}}
    assert not is_built_in(WEATHER | {"parameters_json_schema": other})
    assert not is_built_in({"name": "other"})
    assert not is_built_in({"name": "get_weather", "parameters": {"oops": 1}})


def test_the_clock_tells_the_time_of_a_zone() -> None:
    result = run("get_current_time", {"time_zone": "Asia/Tokyo"})
    at = datetime.fromisoformat(result["local_time"])
    assert at.utcoffset().total_seconds() == 9 * 3600
    assert abs((datetime.now(at.tzinfo) - at).total_seconds()) < 60
    assert run("get_current_time", {"time_zone": "new york"})["time_zone"] == "America/New_York"


def test_a_seed_repeats_the_dice() -> None:
    rolled = run("roll_dice", {"count": 5, "seed": 7})
    assert rolled == run("roll_dice", {"count": 5, "seed": 7})
    assert rolled["total"] == sum(rolled["rolls"])
    by_chance = run("roll_dice", {"count": 20, "sides": 1000})
    again = run("roll_dice", {"count": 20, "sides": 1000, "seed": by_chance["seed"]})
    assert again == by_chance


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (26.2, "miles", "kilometers", 42.1648128),
        (100, "celsius", "Fahrenheit", 212),
        (-40, "°F", "c", -40),
        (1, "lb", "grams", 453.59237),
        (90, "km/h", "meters per second", 25),
        (2.5, "hours", "min", 150),
    ],
)
def test_units(value: float, source: str, target: str, expected: float) -> None:
    assert convert(value, source, target) == expected


def test_the_weather_table_says_what_it_is() -> None:
    result = run("get_weather", {"city": "paris"})
    assert result["city"] == "Paris"
    assert result["date"]
    assert "not a forecast" in result["source"]


@pytest.mark.parametrize(
    ("name", "args", "said"),
    [
        ("get_weather", {"city": "Atlantis"}, "has no Atlantis. It has"),
        ("get_weather", {}, "city"),
        ("get_weather", {"city": "Paris", "day": 1}, "no parameter day"),
        ("get_current_time", {"time_zone": "Mars/Olympus"}, "isn't a time zone"),
        ("get_current_time", {"time_zone": "../../etc/passwd"}, "isn't a time zone"),
        ("convert_units", {"value": 1, "from_unit": "kg", "to_unit": "km"}, "no conversion"),
        ("convert_units", {"value": 1, "from_unit": "parsec", "to_unit": "km"}, "isn't among"),
        ("roll_dice", {"count": 0}, "at least 1"),
        ("roll_dice", {"count": 10**9}, "100"),
        ("open_the_door", {}, "no built-in function"),
    ],
)
def test_what_goes_wrong_is_a_result_too(name: str, args: dict[str, Any], said: str) -> None:
    result = run(name, args)
    assert list(result) == ["error"]
    assert said in result["error"]


@pytest.mark.parametrize("name", built_ins())
def test_results_are_json(name: str) -> None:
    args = {
        "get_current_time": {"time_zone": "UTC"},
        "convert_units": {"value": 1e308, "from_unit": "km", "to_unit": "mm"},
        "roll_dice": {"count": 1},
        "get_weather": {"city": "Oslo"},
    }
    json.dumps(run(name, args[name]), allow_nan=False)
