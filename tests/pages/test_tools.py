"""The tools page in process: functions declared, the loop of calls and results, what is refused."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from gemini.tools.built_in import built_ins
from gemini.tools.gallery import gallery
from pages.tools.state import ToolsState
from tests.fake_gemini import FakeGemini, Reply, answer, chunk, error
from tests.on_page import Open, checked, click

PAGE = "../pages/tools/page.py"
SIGNATURE = "CvvvvgAB"
OWN = [
    {
        "name": "get_price",
        "description": "The price",
        "parametersJsonSchema": {
            "type": "object",
            "properties": {"ticker": {"type": "string"}},
            "required": ["ticker"],
        },
    }
]


@pytest.fixture
def page(app: Open) -> AppTest:
    return checked(app(PAGE))


def state(at: AppTest) -> ToolsState:
    return at.session_state["tools"]


def labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


def open_tab(at: AppTest, name: str) -> AppTest:
    at.session_state["tools-tabs"] = name
    return checked(at.run())


def write(at: AppTest, label: str, text: str) -> AppTest:
    fields = [*at.text_area, *at.text_input]
    next(f for f in fields if f.label == label).set_value(text)
    return checked(at.run())


def declare(at: AppTest, declarations: Any) -> AppTest:
    text = declarations if isinstance(declarations, str) else json.dumps(declarations, indent=1)
    return write(open_tab(at, "JSON"), "Function declarations as JSON", text)


def ask(at: AppTest, text: str = "Go") -> AppTest:
    at.chat_input[0].set_value(text)
    return checked(at.run())


def turn_off(at: AppTest) -> AppTest:
    at.toggle(key="tools-auto").set_value(False)
    return checked(at.run())


def called(*calls: dict[str, Any], signed: bool = False, text: str = "") -> Reply:
    """An answer that calls functions; the first call is signed, as Gemini 3 does."""
    parts: list[dict[str, Any]] = [{"text": text}] if text else []
    for number, call in enumerate(calls):
        signature = {"thoughtSignature": SIGNATURE} if signed and number == 0 else {}
        parts.append({"functionCall": call} | signature)
    content = {"role": "model", "parts": parts}
    return Reply([{"candidates": [{"index": 0, "content": content, "finishReason": "STOP"}]}])


def price(call_id: str | None = "c1", **args: Any) -> dict[str, Any]:
    call = {"name": "get_price", "args": args or {"ticker": "GOOG"}}
    return call | ({"id": call_id} if call_id else {})


def weather(city: str, call_id: str) -> dict[str, Any]:
    return {"id": call_id, "name": "get_weather", "args": {"city": city}}


def sent(fake: FakeGemini) -> Any:
    return fake.generated[-1].body


def said(at: AppTest) -> str:
    elements = [*at.markdown, *at.text, *at.caption, *at.error, *at.warning, *at.info, *at.code]
    return "\n".join(str(element.value) for element in elements)


def waiting(at: AppTest, fake: FakeGemini, *calls: dict[str, Any]) -> AppTest:
    """The page with functions declared and calls that wait for their results."""
    declare(at, OWN)
    fake.replies.append(called(*(calls or (price(),)), signed=True))
    return ask(at, "The price of GOOG?")


@pytest.mark.parametrize("sample", gallery(), ids=lambda sample: sample.label)
def test_a_sample_is_asked_at_a_click(page: AppTest, fake: FakeGemini, sample: Any) -> None:
    at = click(page, sample.label)
    (tool,) = sent(fake)["tools"]
    names = [declaration["name"] for declaration in tool["functionDeclarations"]]
    assert names == [declaration["name"] for declaration in sample.declarations]
    assert sent(fake)["contents"][0]["parts"] == [{"text": sample.prompt}]
    mode = sent(fake).get("toolConfig", {}).get("functionCallingConfig", {}).get("mode", "AUTO")
    assert mode == sample.mode
    assert sample.label not in labels(at)


def test_a_call_waits_and_its_result_goes_back_with_all_that_belongs_to_it(
    page: AppTest, fake: FakeGemini
) -> None:
    at = waiting(page, fake)
    assert "`get_price` is waiting for its result" in said(at)
    assert json.loads(at.json[-1].value) == {"ticker": "GOOG"}
    fake.replies = [answer("It is 191.")]
    at = write(at, "Result of get_price", '{"price": 191.25}')
    at = click(at, "Send the result")
    question, call, result = sent(fake)["contents"]
    assert question["parts"] == [{"text": "The price of GOOG?"}]
    assert call["role"] == "model"
    assert call["parts"] == [{"functionCall": price(), "thoughtSignature": SIGNATURE}]
    response = {"id": "c1", "name": "get_price", "response": {"price": 191.25}}
    assert result == {"role": "user", "parts": [{"functionResponse": response}]}
    assert sent(fake)["tools"][0]["functionDeclarations"][0]["name"] == "get_price"
    assert "It is 191." in said(at)
    assert "Round 1" in said(at)
    assert "Send the result" not in labels(at)


def test_parallel_calls_are_answered_together(page: AppTest, fake: FakeGemini) -> None:
    at = waiting(page, fake, price("c1", ticker="GOOG"), price("c2", ticker="AAPL"))
    fields = [f for f in at.text_area if f.label == "Result of get_price"]
    fields[0].set_value("191")
    fields[1].set_value("nobody knows")
    checked(at.run())
    at.toggle(key=next(t.key for t in at.toggle if str(t.key).endswith("-1"))).set_value(True)
    checked(at.run())
    click(at, "Send the 2 results")
    _, call, results = sent(fake)["contents"]
    assert ["thoughtSignature" in part for part in call["parts"]] == [True, False]
    assert [part["functionResponse"] for part in results["parts"]] == [
        {"id": "c1", "name": "get_price", "response": {"output": 191}},
        {"id": "c2", "name": "get_price", "response": {"error": "nobody knows"}},
    ]


def test_a_call_without_an_id_is_answered_without(page: AppTest, fake: FakeGemini) -> None:
    at = waiting(page, fake, price(None))
    click(write(at, "Result of get_price", "191"), "Send the result")
    response = sent(fake)["contents"][-1]["parts"][0]["functionResponse"]
    assert response == {"name": "get_price", "response": {"output": 191}}


def test_built_in_functions_run_by_themselves_in_turn(page: AppTest, fake: FakeGemini) -> None:
    dice = {"id": "d1", "name": "roll_dice", "args": {"count": 2, "seed": 1}}
    units = {"value": 26, "from_unit": "miles", "to_unit": "km"}
    fake.replies = [
        called(dice, signed=True, text="First the dice."),
        called({"id": "u1", "name": "convert_units", "args": units}, signed=True),
        answer("Done."),
    ]
    at = click(page, "One after the other")
    assert len(fake.generated) == 3
    contents = sent(fake)["contents"]
    assert [content["role"] for content in contents] == ["user", "model", "user", "model", "user"]
    assert contents[1]["parts"][0] == {"text": "First the dice."}
    assert contents[1]["parts"][1]["thoughtSignature"] == SIGNATURE
    rolled = contents[2]["parts"][0]["functionResponse"]
    assert (rolled["id"], rolled["response"]["total"]) == ("d1", sum(rolled["response"]["rolls"]))
    converted = contents[4]["parts"][0]["functionResponse"]["response"]
    assert converted == {"value": 41.842944, "unit": "km"}
    assert "Round 2 of at most 6" in said(at)
    assert "Done." in said(at)


def test_parallel_built_ins_are_answered_together(page: AppTest, fake: FakeGemini) -> None:
    fake.replies = [
        called(weather("Paris", "a"), weather("Atlantis", "b"), signed=True),
        answer("One of them."),
    ]
    at = click(page, "Two at once")
    first, second = sent(fake)["contents"][-1]["parts"]
    assert first["functionResponse"]["response"]["city"] == "Paris"
    assert second["functionResponse"]["id"] == "b"
    assert "has no Atlantis" in second["functionResponse"]["response"]["error"]
    assert "One of them." in said(at)


def test_a_mock_answers_by_itself_and_is_kept_for_the_session(
    page: AppTest, fake: FakeGemini
) -> None:
    at = waiting(page, fake)
    at = click(write(at, "Result of get_price", "191"), "Save as mock")
    assert len(fake.generated) == 1  # saving sends nothing
    click(at, "Send the result")
    fake.replies = [called(price("c9")), answer("Again 191.")]
    at = ask(at, "And now?")
    assert sent(fake)["contents"][-1]["parts"][0]["functionResponse"]["id"] == "c9"
    assert "Again 191." in said(at)
    turn_off(at)
    fake.replies = [called(price("c10"))]
    at = click(ask(at, "Once more"), "Use mock")
    assert next(f for f in at.text_area if f.label == "Result of get_price").value == "191"


def test_the_loop_ends_at_its_limit_and_says_so(page: AppTest, fake: FakeGemini) -> None:
    at = page
    at.number_input(key="tools-limit").set_value(2)
    checked(at.run())
    fake.replies = [called(weather("Paris", f"w{n}")) for n in range(5)]
    at = click(at, "Two at once")
    assert len(fake.generated) == 3
    assert "2 rounds of calls since your prompt: the limit" in said(at)
    fake.replies = [answer("Enough.")]
    at = click(at, "Send the result")  # what is at hand stands in the field
    assert "Enough." in said(at)
    assert "Round 3" in said(at)


def test_nothing_runs_by_itself_when_it_is_switched_off(page: AppTest, fake: FakeGemini) -> None:
    at = turn_off(page)
    fake.replies = [called(weather("Paris", "w"))]
    at = click(at, "Two at once")
    assert len(fake.generated) == 1
    at = click(at, "Run it")
    field = next(f for f in at.text_area if f.label == "Result of get_weather")
    assert json.loads(field.value)["city"] == "Paris"


def test_switched_on_again_the_loop_goes_on(page: AppTest, fake: FakeGemini) -> None:
    at = turn_off(page)
    fake.replies = [called(weather("Paris", "w")), answer("Cloudy.")]
    at = click(at, "Two at once")
    at.toggle(key="tools-auto").set_value(True)
    at = checked(at.run())
    assert "Cloudy." in said(at)


def test_somebody_s_own_function_of_the_same_name_waits(page: AppTest, fake: FakeGemini) -> None:
    own = {"name": "get_weather", "description": "Mine", "parametersJsonSchema": {"type": "object"}}
    at = declare(page, [own])
    fake.replies = [called(weather("Paris", "w"))]
    at = ask(at)
    assert len(fake.generated) == 1
    assert "`get_weather` is waiting for its result" in said(at)
    assert "Run it" not in labels(at)


def test_half_a_result_is_not_sent(page: AppTest, fake: FakeGemini) -> None:
    at = waiting(page, fake)
    at = click(at, "Send the result")
    assert "There is no result yet" in said(at)
    at = click(write(at, "Result of get_price", '{"price": 191,}'), "Send the result")
    assert "comma too many" in said(at)
    assert len(fake.generated) == 1
    click(write(at, "Result of get_price", '{"price": 191}'), "Send the result")
    assert len(fake.generated) == 2


def test_a_call_that_does_not_fit_its_declaration_is_marked(
    page: AppTest, fake: FakeGemini
) -> None:
    unheard = {"name": "get_prize", "args": {}}
    at = waiting(page, fake, price("c1", ticker=5), unheard)
    assert "`$.ticker`" in said(at)
    assert "No function `get_prize` is declared" in said(at)


def test_a_new_question_waits_until_the_calls_are_answered(page: AppTest, fake: FakeGemini) -> None:
    at = waiting(page, fake)
    at = ask(at, "Forget it")
    assert len(fake.generated) == 1
    assert "Calls are waiting for results: get_price" in said(at).replace("\\", "")
    assert at.chat_input[0].value == "Forget it"


def test_given_results_can_be_changed_beside_the_ones_there_were(
    page: AppTest, fake: FakeGemini
) -> None:
    at = waiting(page, fake)
    fake.replies = [answer("Cheap."), answer("Dear.")]
    at = click(write(at, "Result of get_price", "1"), "Send the result")
    menus = [w for w in at.main if getattr(w, "type", "") == "menu_button"]
    next(m for m in menus[::-1] if str(m.key).startswith("menu-")).set_value("Edit and resend")
    at = checked(at.run())
    at = click(write(at, "Result of get_price", "1000"), "Send again")
    result = sent(fake)["contents"][-1]["parts"][0]["functionResponse"]
    assert result == {"id": "c1", "name": "get_price", "response": {"output": 1000}}
    assert len(sent(fake)["contents"]) == 3
    assert "Dear." in said(at)
    assert "2 of 2" in said(at)


@pytest.mark.parametrize("mode", ["ANY", "VALIDATED"])
def test_modes_and_allowed_names_are_sent(page: AppTest, fake: FakeGemini, mode: str) -> None:
    at = declare(page, [*OWN, {"name": "other", "description": "Other"}])
    control = next(g for g in at.main.get("button_group") if g.label == "Mode")
    control.set_value(mode)
    checked(at.run())
    at.multiselect(key="tools-allowed").set_value(["other"])
    ask(checked(at.run()))
    assert sent(fake)["toolConfig"] == {
        "functionCallingConfig": {"mode": mode, "allowedFunctionNames": ["other"]}
    }


def test_any_is_explained_once_there_are_results(page: AppTest, fake: FakeGemini) -> None:
    at = declare(page, OWN)
    state(at).mode = "ANY"
    fake.replies = [called(price()), called(price("c2"))]
    at = ask(checked(at.run()))
    assert "has to call a function in every turn" not in said(at)
    at = click(write(at, "Result of get_price", "191"), "Send the result")
    assert "has to call a function in every turn" in said(at)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[\n{"name": "f",}]', "Line 2, column"),
        ('[{"name": "two words", "description": "d"}]', "can't be a name"),
        ('[{"name": "f", "nam": 1}]', "“nam” isn't a field"),
        ('[{"name": "f"}, {"name": "f"}]', "there twice"),
    ],
)
def test_functions_that_cannot_be_sent_are_not_and_nothing_typed_is_lost(
    page: AppTest, fake: FakeGemini, text: str, message: str
) -> None:
    at = declare(page, text)
    assert message in said(at)
    at = ask(at, "My question")
    assert not fake.generated
    assert at.chat_input[0].value == "My question"
    field = next(f for f in at.text_area if f.label == "Function declarations as JSON")
    assert field.value == text
    declare(at, OWN)
    ask(at, "My question")
    assert len(fake.generated) == 1


def test_python_functions_are_added(page: AppTest) -> None:
    at = open_tab(page, "Python")
    at = click(write(at, "Python functions", "def f(a: Frob): ..."), "Add these functions")
    assert "“Frob” isn't known here" in said(at)
    source = 'def area(width: float, height: float = 1):\n    """The area."""'
    at = click(write(at, "Python functions", source), "Add these functions")
    (declaration,) = state(at).draft.declarations
    assert declaration["name"] == "area"
    assert declaration["parameters_json_schema"]["required"] == ["width"]
    click(at, "Add these functions")  # again: in the place of the one that there is
    assert len(state(at).draft.declarations) == 1


def test_the_form_changes_the_function(page: AppTest, fake: FakeGemini) -> None:
    add = next(w for w in page.main if getattr(w, "key", "") == "tools-add")
    add.set_value("A new one")
    at = checked(page.run())
    at = write(write(at, "Name", "book_table"), "Description", "Books a table")
    draft = state(at).draft
    key = f"tools-table-{draft.version}-0"
    rows = [{"path": "guests", "type": "integer", "required": True}]
    edits = {"edited_rows": {}, "added_rows": rows, "deleted_rows": []}
    at.session_state[key] = edits
    at = checked(at.run())
    ask(at)
    (declaration,) = sent(fake)["tools"][0]["functionDeclarations"]
    assert (declaration["name"], declaration["description"]) == ("book_table", "Books a table")
    schema = declaration.get("parametersJsonSchema") or declaration["parameters_json_schema"]
    assert schema["properties"] == {"guests": {"type": "integer"}}
    assert schema["required"] == ["guests"]


def test_functions_are_chosen_removed_and_had_back(page: AppTest) -> None:
    at = declare(page, list(map(dict, map(_spelled, built_ins().values()))))
    at = open_tab(at, "Form")
    at.selectbox(key="tools-chosen").set_value(2)
    at = checked(at.run())
    assert next(f for f in at.text_input if f.label == "Name").value == "roll_dice"
    at = click(at, "Remove")
    assert "roll_dice" not in state(at).draft.names
    at = click(at, "Undo")
    assert state(at).draft.names == list(built_ins())


def _spelled(declaration: dict[str, Any]) -> dict[str, Any]:
    schema = declaration["parameters_json_schema"]
    rest = {k: v for k, v in declaration.items() if k != "parameters_json_schema"}
    return rest | {"parametersJsonSchema": schema}


def test_a_conversation_is_reopened_with_its_functions_and_sends_nothing(
    app: Open, fake: FakeGemini
) -> None:
    first = app(PAGE)
    turn_off(first)
    fake.replies = [called(weather("Paris", "w"), signed=True)]
    click(first, "Two at once")
    conversation = conversation_of(first)
    second = app()
    second.query_params["c"] = conversation
    second = checked(second.switch_page(PAGE).run())
    assert len(fake.generated) == 1
    assert "get_weather" in state(second).draft.names
    assert "`get_weather` is waiting for its result" in said(second)
    fake.replies = [answer("Cloudy.")]
    click(second, "Send the result")
    call = sent(fake)["contents"][1]["parts"][0]
    assert call["thoughtSignature"] == SIGNATURE


def conversation_of(at: AppTest) -> str:
    return at.session_state["chat-tools"].conversation.id


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (error(400, "INVALID_ARGUMENT", "API key not valid."), "The API key was refused"),
        (error(500, "INTERNAL", "oops"), "oops"),
        (Reply(body=b"<html>hello</html>"), "The reply couldn't be read"),
        (Reply([chunk("half ")], then="cut"), "The answer was cut off"),
        (
            Reply([{"candidates": [{"finishReason": "MALFORMED_FUNCTION_CALL"}]}]),
            "called a tool wrongly",
        ),
    ],
)
def test_a_failure_in_the_loop_is_explained_and_the_next_try_works(
    page: AppTest, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch, reply: Reply, message: str
) -> None:
    monkeypatch.setattr("gemini.api.http.FIRST_DELAY", 0.01)
    at = waiting(page, fake)
    fake.replies = [reply] * (6 if reply.status == 500 else 1)
    at = click(write(at, "Result of get_price", "191"), "Send the result")
    shown = said(at) + "".join(str(e.value) for e in at.code)
    assert message in shown
    fake.replies = [answer("Better.")]
    menus = [w for w in at.main if getattr(w, "type", "") == "menu_button"]
    next(m for m in menus[::-1] if str(m.key).startswith("menu-")).set_value("Regenerate")
    at = checked(at.run())
    assert "Better." in said(at)
    response = sent(fake)["contents"][-1]["parts"][0]["functionResponse"]
    assert response["response"] == {"output": 191}


def test_an_answer_that_was_stopped_is_not_gone_on_with(page: AppTest, fake: FakeGemini) -> None:
    at = click(page, "One call")
    chat = at.session_state["chat-tools"]
    turn = chat.conversation.path()[-1]
    part = {"function_call": {"name": "get_current_time", "args": {"time_zone": "UTC"}}}
    turn.run.candidates[0].parts.append(part)
    turn.run.outcome = "stopped"
    checked(at.run())
    assert len(fake.generated) == 1


def test_a_typed_result_is_kept_even_where_its_callback_was_lost(
    page: AppTest, fake: FakeGemini
) -> None:
    at = waiting(page, fake)
    field = next(a for a in at.text_area if a.label == "Result of get_price")
    at.session_state[field.key] = "42"  # as after a script that was interrupted at its beginning
    at = click(checked(at.run()), "Send the result")
    result = sent(fake)["contents"][-1]["parts"][0]["functionResponse"]
    assert result["response"] == {"output": 42}
