"""Answers that other pages fell over, by the number of the public report, on the page."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from gemini.request import UNSIGNED
from tests.fake_gemini import FakeGemini, Reply, answer, chunk
from tests.on_page import Open, checked, click

TOOLS = "../pages/tools/page.py"
STRUCTURED = "../pages/structured/page.py"
USAGE = {"promptTokenCount": 5, "candidatesTokenCount": 7, "totalTokenCount": 12}
PLACEHOLDER = urlsafe_b64encode(UNSIGNED).decode()
OVERLOADED = {"error": {"code": 503, "message": "Overloaded", "status": "UNAVAILABLE"}}


def parts(*many: dict[str, Any], **more: Any) -> dict[str, Any]:
    return chunk(content={"role": "model", "parts": list(many)}, **more)


def ask(at: AppTest, text: str = "Go") -> AppTest:
    return checked(at.chat_input[0].set_value(text).run())


def choose(at: AppTest, model: str) -> AppTest:
    next(s for s in at.sidebar.selectbox if s.label == "Model").select(model)
    return checked(at.run())


def said(at: AppTest) -> str:
    elements = [*at.markdown, *at.caption, *at.error, *at.warning, *at.info]
    return "\n".join(str(element.value) for element in elements)


def sent(fake: FakeGemini) -> list[Any]:
    return fake.generated[-1].body["contents"]


def test_20_a_call_waits_after_a_bare_finish_reason(app: Open, fake: FakeGemini) -> None:
    last = {"candidates": [{"content": {"role": "model"}, "finishReason": "STOP"}]}
    call = {"functionCall": {"name": "list_rooms", "args": {}}}
    fake.replies = [Reply([parts(call), last | {"usageMetadata": USAGE}])]
    at = ask(checked(app(TOOLS)))
    assert "`list_rooms` is waiting for its result" in said(at)
    assert "5 tokens in · 7 out" in said(at)
    assert not at.error


@pytest.mark.parametrize(
    ("chunks", "then", "words"),
    [
        ([], "end", "The answer was cut off"),
        ([], "cut", "The answer was cut off"),
        ([OVERLOADED], "cut", "overloaded"),
    ],
)
def test_22_a_stream_that_ends_early_keeps_its_text(
    app: Open, fake: FakeGemini, chunks: list[Any], then: str, words: str
) -> None:
    fake.replies = [Reply([chunk("Partial ans"), *chunks], then=then)]
    at = ask(checked(app()))
    assert "Partial ans" in said(at)
    assert words in said(at)
    assert "couldn't be read" not in said(at)


def test_22_a_table_shows_what_came(app: Open, fake: FakeGemini) -> None:
    fake.replies = [Reply([chunk('{"rows": [{"a": 1}, {"a": 2}, {"a"')], then="cut")]
    at = checked(app(STRUCTURED))
    click(at, "Receipt")
    at = click(at, "Send")
    assert json.loads(at.main.json[0].value)["rows"][:2] == [{"a": 1}, {"a": 2}]


def test_25_an_empty_signed_part_is_sent_back_and_not_drawn(app: Open, fake: FakeGemini) -> None:
    signed = {"text": "", "thoughtSignature": "c2lnLTE="}
    plan = {"text": "Plan...", "thought": True}
    fake.replies = [Reply([parts(plan), chunk("Done."), parts(signed, finishReason="STOP")])]
    at = ask(checked(app()))
    at = ask(at, "And then?")
    assert sent(fake)[1]["parts"] == [plan, {"text": "Done."}, signed]


def test_26_signed_text_is_drawn_whole(app: Open, fake: FakeGemini) -> None:
    first = {"text": "The first half, ", "thoughtSignature": "czE="}
    fake.replies = [Reply([parts(first), chunk("the second half.", finish="STOP")])]
    at = ask(checked(app()))
    assert "The first half, the second half." in said(at)


def test_27_a_call_of_another_model_goes_on_with_the_placeholder(
    app: Open, fake: FakeGemini
) -> None:
    call = {"functionCall": {"name": "list_rooms", "args": {}}}
    fake.replies = [Reply([parts(call, finishReason="STOP")]), answer("Two rooms.")]
    at = ask(choose(checked(app(TOOLS)), "gemini-2.5-flash"))
    assert "gemini-2.5-flash" in fake.generated[-1].path
    choose(at, "gemini-3.8-flash")
    at.text_area(key=next(t.key for t in at.text_area if t.label.startswith("Result"))).set_value(
        "2"
    )
    checked(at.run())
    click(at, "Send the result")
    assert "gemini-3.8-flash" in fake.generated[-1].path
    assert sent(fake)[1]["parts"] == [call | {"thoughtSignature": PLACEHOLDER}]


@pytest.mark.parametrize(
    "call", [{"name": "list_rooms"}, {"name": "list_rooms", "args": None}, {"name": ""}, {}]
)
def test_73_a_call_without_arguments_or_a_name(
    app: Open, fake: FakeGemini, call: dict[str, Any]
) -> None:
    fake.replies = [Reply([parts({"functionCall": call}, finishReason="STOP")])]
    at = ask(checked(app(TOOLS)))
    if call.get("name"):
        assert "`list_rooms` is waiting for its result" in said(at)
    else:
        assert not call or "A call without a name" in [s.label for s in at.status]
        fake.replies = [answer("ok")]
        ask(at, "Next question")
        assert len(fake.generated) == 2
        assert [content["role"] for content in sent(fake)] == ["user"]


def test_76_a_malformed_call_is_named_and_not_run(app: Open, fake: FakeGemini) -> None:
    message = "Malformed function call: print(default_api.get_current_time(time_zone='UTC')"
    call = {"functionCall": {"name": "get_current_time", "args": {"time_zone": "UTC"}}}
    malformed = parts(call, finish="MALFORMED_FUNCTION_CALL")
    malformed["candidates"][0]["finishMessage"] = message
    at = checked(app(TOOLS))
    fake.replies = [Reply([malformed])]
    at = click(at, "One call")
    assert "called a tool wrongly" in said(at)
    assert message in "".join([said(at), *(str(code.value) for code in at.code)])
    assert len(fake.generated) == 1  # get_current_time is one of the functions that run themselves


ODD = {"text": 'a\nb\\nc\t"d"'}


def test_80_line_breaks_in_arguments_stay_what_they_are(app: Open, fake: FakeGemini) -> None:
    call = {"functionCall": {"name": "note", "args": ODD, "id": "c1"}}
    fake.replies = [Reply([parts(call, finish="STOP")]), answer("Noted.")]
    at = ask(checked(app(TOOLS)))
    shown = next(json.loads(one.value) for one in at.json if "text" in one.value)
    assert shown == ODD
    assert all("\n" not in status.label for status in at.status)
    next(a for a in at.text_area if a.label == "Result of note").set_value("ok").run()
    at = click(at, "Send the result")
    assert sent(fake)[1]["parts"][0]["functionCall"] == call["functionCall"]


CACHED = {"cached_content": {"name": "cachedContents/a1", "model": "", "expires": ""}}


def config_of(fake: FakeGemini) -> dict[str, Any]:
    return {k: v for k, v in fake.generated[-1].body.items() if k != "contents"}


def test_81_a_cached_content_goes_with_a_schema(app: Open, fake: FakeGemini) -> None:
    at = checked(app(STRUCTURED))
    at.session_state["run_settings"].values |= CACHED
    next(a for a in at.text_area if a.label == "Prompt").set_value("Go").run()
    fake.replies = [answer('{"answer": "a"}')]
    click(at, "Send")
    assert config_of(fake)["cachedContent"] == "cachedContents/a1"
    assert "responseJsonSchema" in config_of(fake)["generationConfig"]


def test_81_it_stays_away_from_functions_and_that_is_said(app: Open, fake: FakeGemini) -> None:
    at = checked(app(TOOLS))
    at.session_state["run_settings"].values |= CACHED | {"system_instruction": "Be brief."}
    fake.replies = [answer("Hi")]
    at = click(at, "One call")
    assert "cachedContent" not in config_of(fake)
    assert config_of(fake)["systemInstruction"]["parts"] == [{"text": "Be brief."}]
    assert "The cached content from the run settings isn't used here" in said(checked(at.run()))
