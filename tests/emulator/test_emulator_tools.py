"""Function calling as a loop: calls at once and in turn, ids, signatures, what is refused."""

from typing import Any

import pytest
from google import genai
from google.genai import errors, types

from emulator.function_choice import choose, narrowed
from emulator.functions import Function, FunctionPlan


def declared(name: str, description: str, **properties: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return {"name": name, "description": description, "parameters_json_schema": schema}


WEATHER = declared("get_weather", "The weather in a city", city={"type": "string"})
DICE = declared("roll_dice", "Rolls dice", count={"type": "integer", "minimum": 1})
UNITS = declared(
    "convert_units",
    "Converts a value",
    value={"type": "number"},
    from_unit={"type": "string"},
    to_unit={"type": "string"},
)
HOTEL = declared("find_hotel", "Finds a hotel", city={"type": "string"}, nights={"type": "integer"})
ROOM = declared("book_room", "Books a room", hotel={"type": "string"}, nights={"type": "integer"})
ALL = [WEATHER, DICE, UNITS, HOTEL, ROOM]

Contents = list[Any]


class Dialogue:
    """A conversation that goes on as an app's would, through the SDK."""

    def __init__(self, client: genai.Client, question: str, model: str = "echo") -> None:
        self.client, self.model = client, model
        self.contents: Contents = [types.UserContent(question)]

    def ask(self, mode: str = "AUTO", allowed: list[str] | None = None, **config: Any) -> Any:
        calling = types.FunctionCallingConfig(
            mode=types.FunctionCallingConfigMode(mode), allowed_function_names=allowed
        )
        tools = [types.Tool(function_declarations=config.pop("declarations", ALL))]
        response = self.client.models.generate_content(
            model=self.model,
            contents=self.contents,
            config=types.GenerateContentConfig(
                tools=tools,
                tool_config=types.ToolConfig(function_calling_config=calling),
                automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
                **config,
            ),
        )
        self.contents.append(response.candidates[0].content)
        return response

    def give(self, *responses: dict[str, Any], **changes: Any) -> None:
        """Answer the calls of the last turn, in order."""
        calls = [p.function_call for p in self.contents[-1].parts if p.function_call]
        parts = [
            types.Part(
                function_response=types.FunctionResponse(
                    **({"id": call.id, "name": call.name, "response": response} | changes)
                )
            )
            for call, response in zip(calls, responses, strict=False)
        ]
        self.contents.append(types.Content(role="user", parts=parts))


def made(response: Any) -> list[tuple[str, dict[str, Any]]]:
    return [(call.name, call.args) for call in response.function_calls or []]


def test_two_places_are_two_calls_at_once(client: genai.Client) -> None:
    response = Dialogue(client, "What is the weather in Paris and Rome?").ask()
    assert made(response) == [("get_weather", {"city": "Paris"}), ("get_weather", {"city": "Rome"})]
    ids = [call.id for call in response.function_calls]
    assert all(ids)
    assert len(set(ids)) == 2


def test_two_functions_are_called_at_once(client: genai.Client) -> None:
    response = Dialogue(client, "Roll 3 dice and tell me the weather in New York.").ask()
    assert made(response) == [("roll_dice", {"count": 3}), ("get_weather", {"city": "New York"})]


def test_only_the_first_of_parallel_calls_is_signed(client: genai.Client) -> None:
    dialogue = Dialogue(client, "What is the weather in Paris and Rome?", "gemini-3.8-flash")
    parts = dialogue.ask().candidates[0].content.parts
    signatures = [p.thought_signature for p in parts if p.function_call]
    assert signatures[0]
    assert signatures[1] is None


def test_then_waits_for_the_result(client: genai.Client) -> None:
    dialogue = Dialogue(client, "Find a hotel in Lisbon for 3 nights, then book the room.")
    assert made(dialogue.ask()) == [("find_hotel", {"city": "Lisbon", "nights": 3})]
    dialogue.give({"hotel": "Pensão Azul"})
    assert made(dialogue.ask()) == [("book_room", {"hotel": "Pensão Azul", "nights": 3})]
    dialogue.give({"output": "booked"})
    response = dialogue.ask()
    assert response.function_calls is None
    assert "booked" in response.text


def test_a_new_question_begins_a_new_loop(client: genai.Client) -> None:
    dialogue = Dialogue(client, "The weather in Oslo?")
    dialogue.ask()
    dialogue.give({"sky": "grey"})
    dialogue.ask()
    dialogue.contents.append(types.UserContent("And the weather in Rome?"))
    assert made(dialogue.ask()) == [("get_weather", {"city": "Rome"})]


def test_an_error_is_a_result(client: genai.Client) -> None:
    dialogue = Dialogue(client, "The weather in Atlantis?")
    dialogue.ask()
    dialogue.give({"error": "It sank."})
    assert "It sank." in dialogue.ask().text


def test_a_conversation_may_begin_with_a_call(client: genai.Client) -> None:
    dialogue = Dialogue(client, "The weather in Rome?")
    dialogue.ask()
    dialogue.give({"sky": "clear"})
    del dialogue.contents[0]
    assert "clear" in dialogue.ask().text
    assert dialogue.ask("ANY").function_calls


def test_any_calls_in_every_turn(client: genai.Client) -> None:
    dialogue = Dialogue(client, "Roll 2 dice")
    assert made(dialogue.ask("ANY")) == [("roll_dice", {"count": 2})]
    dialogue.give({"total": 7})
    assert len(made(dialogue.ask("ANY"))) == 1
    dialogue.give({"total": 7})
    assert "7" in dialogue.ask("AUTO").text


def test_a_city_with_its_state_is_one_place(client: genai.Client) -> None:
    response = Dialogue(client, "What is the weather in San Francisco, CA and Austin, TX?").ask()
    assert made(response) == [
        ("get_weather", {"city": "San Francisco, CA"}),
        ("get_weather", {"city": "Austin, TX"}),
    ]


def test_a_forced_call_goes_on_to_a_function_not_called_yet(client: genai.Client) -> None:
    """Agents force calls until the model calls the function that ends their loop."""
    final = declared("final_result", "The final response", text={"type": "string"})
    dialogue = Dialogue(client, "What is the weather in Paris?")
    names = []
    for _ in range(3):
        [(name, _args)] = made(dialogue.ask("ANY", declarations=[WEATHER, final]))
        names.append(name)
        dialogue.give({"weather": "sunny"})
    assert names == ["get_weather", "final_result", "get_weather"]


@pytest.mark.parametrize("mode", ["ANY", "VALIDATED"])
def test_other_functions_than_the_allowed_are_not_called(client: genai.Client, mode: str) -> None:
    dialogue = Dialogue(client, "The weather in Rome and roll 2 dice")
    assert [name for name, _ in made(dialogue.ask(mode, ["roll_dice"]))] == ["roll_dice"]


def test_validated_may_answer_in_words(client: genai.Client) -> None:
    response = Dialogue(client, "Tell me a joke").ask("VALIDATED")
    assert response.function_calls is None
    assert response.text
    assert made(Dialogue(client, "The weather in Rome").ask("VALIDATED"))


def test_none_calls_nothing_and_reads_results(client: genai.Client) -> None:
    dialogue = Dialogue(client, "The weather in Rome?")
    assert made(dialogue.ask())
    dialogue.give({"sky": "clear"})
    response = dialogue.ask("NONE")
    assert response.function_calls is None
    assert "clear" in response.text


@pytest.mark.parametrize(
    ("responses", "changes", "why"),
    [
        ([{}], {}, "number of function response parts is equal"),
        ([{}, {}], {"name": "other"}, "answers no function call"),
        ([{}, {}], {"id": "unheard-of"}, "has the id unheard-of"),
    ],
)
def test_responses_that_do_not_fit_their_calls_are_400(
    client: genai.Client, responses: list[Any], changes: dict[str, Any], why: str
) -> None:
    dialogue = Dialogue(client, "The weather in Paris and Rome?")
    dialogue.ask()
    dialogue.give(*responses, **changes)
    with pytest.raises(errors.ClientError, match=why):
        dialogue.ask()


def test_gemini_3_refuses_a_call_without_its_signature(client: genai.Client) -> None:
    dialogue = Dialogue(client, "The weather in Paris and Rome?", "gemini-3.8-flash")
    dialogue.ask()
    signed = dialogue.contents[-1].model_copy(deep=True)
    for part in dialogue.contents[-1].parts:
        part.thought_signature = None
    dialogue.give({}, {})
    with pytest.raises(errors.ClientError, match="missing a thought_signature"):
        dialogue.ask()
    dialogue.contents[-2] = signed
    assert dialogue.ask().text
    dialogue.contents[-3].parts[0].thought_signature = None  # of a question that is over
    dialogue.contents.append(types.UserContent("Thank you"))
    assert dialogue.ask().text


def test_calls_stay_within_the_output_limit(client: genai.Client) -> None:
    response = Dialogue(client, "The weather in Paris and Rome?").ask(max_output_tokens=6)
    assert response.candidates[0].finish_reason == types.FinishReason.MAX_TOKENS
    assert response.usage_metadata.candidates_token_count <= 6


@pytest.mark.parametrize(
    ("message", "texts"),
    [
        ("What is the weather in Rome?", [["What is the weather in Rome?"]]),
        (
            "Weather in Rome, Paris and New York?",
            [["Weather in Rome", "Weather in Paris", "Weather in New York?"]],
        ),
        ("Weather in San Francisco, CA?", [["Weather in San Francisco, CA?"]]),
        (
            "Weather in San Francisco, CA and Austin, TX",
            [["Weather in San Francisco, CA", "Weather in Austin, TX"]],
        ),
        ("Weather in LA, NY", [["Weather in LA", "Weather in NY"]]),
        ("Weather, please, and be brief", [["Weather, please, and be brief"]]),
        ("Hello! What is the weather like?", [["Hello! What is the weather like?"]]),
        ("Roll 2 dice and then the weather in Oslo", [["Roll 2 dice"], ["the weather in Oslo"]]),
        ("Then tell me about the weather", [["Then tell me about the weather"]]),
        ("Tell me a joke, then another", []),
        ("", []),
    ],
)
def test_what_a_message_wants(message: str, texts: list[list[str]]) -> None:
    functions = tuple(
        Function(d["name"], d["description"], d["parameters_json_schema"]) for d in ALL
    )
    found = choose(FunctionPlan(functions, forced=False), message)
    assert [[choice.text for choice in stage] for stage in found] == texts


@pytest.mark.parametrize(
    ("field", "text", "fixed"),
    [
        ({"type": "integer"}, "for 3 nights", 3),
        ({"type": "number"}, "nights: 2.5", 2.5),
        ({"type": "integer"}, "between 2 and 5", None),
        ({"type": "integer", "minimum": 5}, "3 nights", None),
        ({"type": "string", "enum": ["warm", "cool"]}, "a warm one", "warm"),
        ({"type": "string", "enum": ["warm", "cool"]}, "warm or cool", None),
        ({"type": "string"}, "three nights", None),
    ],
)
def test_arguments_are_fixed_where_the_words_leave_no_doubt(
    field: dict[str, Any], text: str, fixed: Any
) -> None:
    schema = {"type": "object", "properties": {"nights": field}, "required": ["nights"]}
    found = narrowed(schema, text, text)["properties"]["nights"]
    if fixed is None:
        assert "const" not in found
        assert found.items() >= field.items()
    else:
        assert found == {"const": fixed}


def test_optional_arguments_that_nobody_spoke_of_are_left_out() -> None:
    schema = {
        "type": "object",
        "properties": {"count": {"type": "integer"}, "seed": {"type": "integer"}},
        "required": ["count"],
    }
    assert list(narrowed(schema, "Roll 2", "Roll 2")["properties"]) == ["count"]
    said = "Roll 2 with seed 7"
    assert narrowed(schema, said, said)["properties"]["seed"] == {"const": 7}
    assert narrowed(schema, said, said)["properties"]["count"] == {"const": 2}


def test_the_small_model_calls_two_in_turn_and_tells_what_they_returned(
    small: genai.Client,
) -> None:
    model = next(m.name for m in small.models.list() if "gemini" not in m.name)
    dialogue = Dialogue(small, "Roll 2 dice, then convert 26 miles to kilometers.", model)
    assert made(dialogue.ask(temperature=0)) == [("roll_dice", {"count": 2})]
    dialogue.give({"rolls": [3, 4], "total": 7})
    ((name, args),) = made(dialogue.ask(temperature=0))
    assert name == "convert_units"
    assert args == {"value": 26, "from_unit": "miles", "to_unit": "kilometers"}
    dialogue.give({"value": 41.84, "unit": "kilometers"})
    response = dialogue.ask(temperature=0)
    assert "total: 7" in response.text
    assert "value: 41.84" in response.text
    assert response.model_version == "results of the functions (local)"
