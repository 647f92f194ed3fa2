"""The fault lab in process, with the emulator's own faults: tried there, and armed for a page."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from components.page_run import PageRun
from emulator import launch
from emulator.faults.table import faults
from gemini.api.faults import FAULT_HEADER
from gemini.request import text_of
from gemini.run import Run
from tests.fake_gemini import FakeGemini, answer
from tests.on_page import Open, checked, click

KINDS = {
    "429": "quota",
    "500": "server_error",
    "503": "overloaded",
    "blocked-prompt": "blocked_prompt",
    "blocked-answer": "blocked_answer",
    "recitation": "blocked_answer",
    "malformed-function-call": "bad_tool_call",
    "empty": "empty",
    "cut-stream": "cut",
    "rubbish": "broken_reply",
    "retired-model": "unknown_model",
    "expired-file": "file_gone",
    "wrong-key": "bad_key",
}
"""The problem that the playground makes of each; the others leave a whole answer, or hang."""


@pytest.fixture(scope="module")
def echo() -> Iterator[launch.Emulator]:
    with launch.start("echo", echo_delay=0.01) as emulator:
        yield emulator


@pytest.fixture
def lab(app: Open, echo: launch.Emulator, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("EMULATOR_URL", echo.url)
    monkeypatch.setattr("gemini.api.http.retry_delay", _soon)
    return checked(app("faults"))


def _soon(attempt: int, response: object) -> float | None:
    del response
    return 0.01 if attempt < 2 else None


def run_of(at: AppTest) -> Run:
    live = at.session_state["page-run-faults"].live
    assert live is not None
    return live.run


def choose(at: AppTest, fault: str) -> AppTest:
    at.radio(key="faults-chosen").set_value(fault)
    return checked(at.run())


def texts(at: AppTest) -> str:
    return "\n".join(m.value for m in [*at.markdown, *at.caption, *at.subheader])


def test_it_lists_what_the_emulator_has(lab: AppTest) -> None:
    assert set(lab.radio(key="faults-chosen").options) == {f.title for f in faults().values()}
    at = choose(lab, "cut-stream")
    fault = faults()["cut-stream"]
    assert fault.sees in texts(at)
    assert fault.do in texts(at)
    assert fault.source in texts(at)
    assert any("generate_content_stream" in c.value for c in at.code)
    assert any("--fault cut-stream" in c.value for c in at.code)


@pytest.mark.parametrize(("fault", "kind"), KINDS.items())
def test_one_that_is_tried_shows_its_problem_and_the_wire(
    lab: AppTest, fault: str, kind: str
) -> None:
    at = click(choose(lab, fault), "faults-try")
    run = run_of(at)
    assert run.problem is not None
    assert run.problem.kind == kind
    assert run.exchanges[0].headers[FAULT_HEADER] == fault
    assert f"What happened: {faults()[fault].title}" in texts(at)
    assert run.problem.title in "".join(e.value for e in [*at.error, *at.warning])
    assert any("HTTP " in c.value for c in at.caption)
    assert not at.button(key="faults-try").disabled


def test_how_it_was_handled_is_said_where_it_ends_while_the_page_is_drawn(
    lab: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = PageRun.draw

    def once_it_has_ended(page_run: PageRun) -> None:
        assert page_run.live is not None
        assert page_run.live.ended.wait(10)
        draw(page_run)

    monkeypatch.setattr(PageRun, "draw", once_it_has_ended)
    assert "The playground sent 2 requests" in texts(click(choose(lab, "500"), "faults-try"))


def test_one_that_was_cut_keeps_what_arrived(lab: AppTest) -> None:
    at = click(choose(lab, "max-tokens"), "faults-try")
    run = run_of(at)
    assert run.candidates[0].finish_reason == "MAX_TOKENS"
    assert text_of(run.candidates[0].parts).startswith("Echo: Name")
    assert "characters that arrived" in texts(at)


def test_one_that_is_armed_is_for_the_next_request_on_any_page(lab: AppTest) -> None:
    at = click(choose(lab, "wrong-key"), "faults-arm")
    assert "Your next request will get: Wrong key" in texts(at)
    at = click(choose(at, "empty"), "faults-try")  # has its own, and uses up none
    assert "Your next request will get: Wrong key" in texts(at)
    at.switch_page("../pages/chat/page.py")
    at = checked(at.run())
    assert "Your next request will get: Wrong key" in texts(at)
    at.chat_input[0].set_value("Hello")
    at = checked(at.run())
    assert any("key was refused" in e.value for e in at.error)
    assert "Your next request" not in texts(at)
    at.chat_input[0].set_value("Hello again")
    assert "Echo: Hello again" in texts(checked(at.run()))


def test_one_that_is_armed_can_be_removed(lab: AppTest) -> None:
    at = click(click(lab, "faults-arm"), "next-fault-remove")
    assert "Your next request" not in texts(at)
    at.switch_page("../pages/chat/page.py")
    at.run().chat_input[0].set_value("Hello")
    assert not checked(at.run()).error


def test_another_service_gets_none_and_the_emulator_is_offered(
    app: Open, gemini_api: None, fake: FakeGemini, echo: launch.Emulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("EMULATOR_URL", echo.url)
    at = checked(app("faults"))
    assert "local emulator only" in at.info[0].value
    assert "faults-chosen" not in {radio.key for radio in at.radio}
    assert not [seen for seen in fake.seen if "fault" in seen.path]
    at = click(at, "faults-switch")
    assert at.radio(key="faults-chosen").options
    at = click(at, "faults-arm")
    at.session_state["connection_choice"] = "environment"
    at.switch_page("../pages/chat/page.py")
    at = checked(at.run())
    assert "Your next request" not in texts(at)
    fake.replies.append(answer("Hello"))
    at.chat_input[0].set_value("Hello")
    checked(at.run())
    asked = next(seen for seen in fake.seen if "streamGenerateContent" in seen.path)
    assert FAULT_HEADER not in {name.lower() for name in asked.headers}


def test_an_emulator_without_a_fault_lab_is_told(app: Open, fake: FakeGemini) -> None:
    assert "no fault lab" in checked(app("faults")).error[0].value
