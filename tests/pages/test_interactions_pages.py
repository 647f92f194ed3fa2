"""Every page that asks and answers, through the Interactions API: what is sent, what is shown, and
what a new session finds of it in the history."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from gemini.media.folder import folder_of
from gemini.request import CREATE_INTERACTION
from tests.fake_gemini import FakeGemini
from tests.interaction_replies import interaction, text
from tests.on_page import Open, checked, click

MEDIA = Path(__file__).parents[2] / "samples" / "media"
BOXES = [
    {"box_2d": [100, 80, 414, 300], "label": "red circle"},
    {"box_2d": [129, 390, 357, 640], "label": "blue rectangle"},
]
ARTICLE = {"title": "Tea", "pages": 12}


@pytest.fixture(autouse=True)
def key(gemini_api: None) -> None:
    """A server that is taken for the Gemini API, which takes more than the emulator does."""


def page_of(app: Open, name: str) -> AppTest:
    """A page with Interactions chosen."""
    at = checked(app(f"../pages/{name}/page.py"))
    at.session_state["run_settings"].values["api"] = CREATE_INTERACTION
    return checked(at.run())


def ask(at: AppTest, words: str = "What is it?") -> AppTest:
    next(field for field in at.chat_input if not field.disabled).set_value(words)
    return checked(at.run())


def on_screen(at: AppTest) -> str:
    kinds = [at.markdown, at.text, at.caption, at.code, at.json, at.error, at.warning, at.info]
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def sent(fake: FakeGemini, number: int = -1) -> Any:
    bodies = [seen.body for seen in fake.seen if seen.path.endswith("/interactions")]
    assert not fake.generated
    return bodies[number]


def again(app: Open, at: AppTest, name: str) -> AppTest:
    """A new session at the address that the page has by now."""
    fresh = app(f"../pages/{name}/page.py")
    for parameter, value in dict(at.query_params).items():
        fresh.query_params[parameter] = value
    return checked(fresh.run())


@dataclass(frozen=True)
class MediaPage:
    """A file on the page about its kind, and what is sent of it."""

    file: str
    kind: str
    mime_type: str


FILES = {
    "image": MediaPage("sign.png", "image", "image/png"),
    "document": MediaPage("report.pdf", "document", "application/pdf"),
    "audio": MediaPage("notice.mp3", "audio", "audio/mp3"),
    "video": MediaPage("ferry.webm", "video", "video/webm"),
}


@pytest.mark.parametrize("page", FILES)
def test_a_page_about_media(app: Open, fake: FakeGemini, page: str) -> None:
    medium = FILES[page]
    data = (MEDIA / medium.file).read_bytes()
    replies = [interaction(text("A **first** answer.")), interaction(text("A second one."))]
    fake.others = {"POST interactions": replies}
    at = page_of(app, page)
    at.file_uploader[0].upload(medium.file, data)
    at = ask(checked(at.run()))
    (step,) = sent(fake)["input"]
    assert step["type"] == "user_input"
    item, words = step["content"]
    assert (item["type"], item["mime_type"]) == (medium.kind, medium.mime_type)
    assert base64.b64decode(item["data"]) == data
    assert words == {"type": "text", "text": "What is it?"}
    at = ask(at, "And then?")
    assert [step["type"] for step in sent(fake)["input"]] == [
        "user_input", "model_output", "user_input"]  # fmt: skip
    fresh = again(app, at, page)
    for screen in (at, fresh):
        assert "A **first** answer." in on_screen(screen)
        assert "A second one." in on_screen(screen)


def test_a_clip_of_a_video(app: Open, fake: FakeGemini) -> None:
    fake.others = {"POST interactions": [interaction(text("A ferry."))]}
    at = page_of(app, "video")
    at.file_uploader[0].upload("ferry.webm", (MEDIA / "ferry.webm").read_bytes())
    at = checked(at.run())
    rate = next(n for n in at.number_input if "second" in n.label.lower())
    at = ask(checked(rate.set_value(2.0).run()))
    assert sent(fake)["input"][0]["content"][0]["processing"] == {"type": "static", "fps": 2.0}
    assert "A ferry." in on_screen(at)


def test_boxes(app: Open, fake: FakeGemini) -> None:
    fake.others = {"POST interactions": [interaction(text(json.dumps(BOXES)))]}
    at = click(page_of(app, "boxes"), "Box five shapes")
    body = sent(fake)
    assert [item["type"] for item in body["input"][0]["content"]] == ["image", "text"]
    assert body["response_format"]["type"] == "text"
    assert "box_2d" in json.dumps(body["response_format"]["schema"])
    fresh = again(app, at, "boxes")
    for screen in (at, fresh):
        assert "#### 2 boxes, 2 labels" in on_screen(screen)


def test_long_context(app: Open, fake: FakeGemini) -> None:
    fake.others = {"POST interactions": [interaction(text("Two files."))]}
    at = page_of(app, "long_context")
    files = {"site/a.py": b"print('one')\n", "site/b.md": b"# Two\n"}
    at.session_state["long-context"].open(folder_of("site", files.items()))
    at = ask(checked(at.run()))
    item = sent(fake)["input"][0]["content"][0]
    assert "print('one')" in base64.b64decode(item["data"]).decode()
    assert "Two files." in on_screen(again(app, at, "long_context"))


def test_structured_output(app: Open, fake: FakeGemini) -> None:
    fake.others = {"POST interactions": [interaction(text(json.dumps(ARTICLE)))]}
    at = page_of(app, "structured")
    at.session_state["schema-tabs"] = "JSON Schema"
    at = checked(at.run())
    schema = {
        "type": "object",
        "properties": {"title": {"type": "string"}, "pages": {"type": "integer"}},
        "required": ["title"],
    }
    fields = {field.label: field for field in at.text_area}
    fields["JSON Schema"].set_value(json.dumps(schema))
    at = checked(at.run())
    next(a for a in at.text_area if a.label == "Prompt").set_value("Describe it")
    at = click(checked(at.run()), "Send")
    body = sent(fake)
    assert body["response_format"]["mime_type"] == "application/json"
    assert body["response_format"]["schema"]["properties"].keys() == schema["properties"].keys()
    fresh = again(app, at, "structured")
    for screen in (at, fresh):
        assert json.loads(screen.main.json[0].value) == ARTICLE


def test_tools(app: Open, fake: FakeGemini) -> None:
    call = {"type": "function_call", "id": "c1", "name": "get_price", "arguments": {"of": "tea"}}
    fake.others = {
        "POST interactions": [
            interaction({"type": "thought", "signature": "c2ln"}, call, status="requires_action"),
            interaction(text("It costs 3.")),
        ]
    }
    at = page_of(app, "tools")
    at.session_state["tools-tabs"] = "JSON"
    at = checked(at.run())
    parameters = {"type": "object", "properties": {"of": {"type": "string"}}}
    declared = [{"name": "get_price", "description": "A price", "parameters": parameters}]
    area = next(a for a in at.text_area if a.label == "Function declarations as JSON")
    at = ask(checked(area.set_value(json.dumps(declared)).run()), "How much is tea?")
    assert sent(fake)["tools"][0]["name"] == "get_price"
    result = next(a for a in at.text_area if "esult" in a.label)
    at = click(checked(result.set_value('{"price": 3}').run()), "Send the result")
    steps = sent(fake)["input"]
    assert [step["type"] for step in steps] == [
        "user_input", "thought", "function_call", "function_result"]  # fmt: skip
    assert steps[1]["signature"] == "c2ln"
    answered = {k: v for k, v in steps[3].items() if k != "type"}
    assert answered == {"call_id": "c1", "name": "get_price", "result": {"price": 3}}
    fresh = again(app, at, "tools")
    for screen in (at, fresh):
        assert "It costs 3." in on_screen(screen)
        assert any("get_price" in status.label for status in screen.status)


def test_compare(app: Open, fake: FakeGemini) -> None:
    fake.others = {"POST interactions": [interaction(text("One.")), interaction(text("Two."))]}
    at = page_of(app, "compare")
    for settings in at.session_state["compare"].columns:
        settings.values["api"] = CREATE_INTERACTION
    at.text_area(key="compare-prompt").set_value("Go")
    at.button(key="compare-send").click()
    at = checked(at.run())
    assert sent(fake)["input"] == "Go"
    fresh = again(app, at, "compare")
    for screen in (at, fresh):
        assert {"One.", "Two."} <= set(on_screen(screen).splitlines())


def test_saved_prompts(app: Open, fake: FakeGemini) -> None:
    fake.others = {"POST interactions": [interaction(text("Grün.")), interaction(text("Rot."))]}
    at = ask(page_of(app, "chat"), "{{colour}} in German")
    chat = at.session_state["chat-chat"]
    (turn,) = chat.conversation.path()
    chat.inspected.add(turn.id)
    at.session_state[f"inspector-{turn.id}"] = "Request"
    at.session_state[f"save-{turn.run.id}"] = True
    at = checked(at.run())
    next(t for t in at.text_input if t.key == f"save-{turn.run.id}-name").set_value("colours")
    click(at, "Save")
    fresh = checked(app("../pages/prompts/page.py"))
    fresh = checked(fresh.selectbox(key="prompts-choice").set_value("colours").run())
    next(f for f in [*fresh.text_area, *fresh.text_input] if f.label == "colour").set_value("Red")
    fresh = click(fresh, "Run")
    assert sent(fake)["input"] == "Red in German"
    assert "Rot." in on_screen(fresh)


LACKING = {
    "top_k": 5,
    "presence_penalty": 0.5,
    "frequency_penalty": 0.5,
    "response_logprobs": True,
    "candidate_count": 2,
    "thinking_budget": 512,
}


@pytest.mark.parametrize("model", ["gemini-2.5-flash", "gemini-3.8-flash"])
def test_what_has_no_counterpart_is_said_and_not_sent(
    app: Open, fake: FakeGemini, model: str, select: Callable[[AppTest, str], AppTest]
) -> None:
    fake.others = {"POST interactions": [interaction(text("One."))]}
    at = select(page_of(app, "chat"), model)
    at.session_state["run_settings"].values.update(LACKING)
    at = ask(at)
    assert "generation_config" not in sent(fake)
    warnings = " ".join(caption.value for caption in at.sidebar.caption)
    taken = "gemini-2.5-flash" in model
    labels = ["Top K", "Presence penalty", "Frequency penalty", "Log probabilities"]
    for label in [*labels, *(["Candidates", "Thinking budget"] if taken else [])]:
        assert f"{label}: not sent, the Interactions API has no such setting." in warnings


@pytest.fixture
def select() -> Callable[[AppTest, str], AppTest]:
    """Chooses a model in the sidebar."""

    def choose(at: AppTest, model: str) -> AppTest:
        return checked(next(s for s in at.selectbox if s.label == "Model").set_value(model).run())

    return choose
