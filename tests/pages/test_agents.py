"""The page of agents: a plan agreed to, research, questions about it; tasks in one sandbox."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.conversation.state import Chat
from gemini.api.connect import Connection, Target
from gemini.conversation import Conversation
from gemini.history.database import open_history
from gemini.interactions.agents import agents, research_config
from gemini.request import CREATE_INTERACTION, Request
from gemini.tools.mcp import McpServer
from tests import agent_replies as replies
from tests.agent_replies import RESEARCH, SANDBOX, streamed
from tests.fake_gemini import FakeGemini, Reply
from tests.filled import start
from tests.on_page import Open, checked, click, said

MEDIA = Path(__file__).parents[2] / "samples" / "media"


@pytest.fixture
def agents_page(app: Open, gemini_api: None) -> AppTest:
    return checked(app("agents"))


def ask(at: AppTest, words: str) -> AppTest:
    return checked(at.chat_input[0].set_value(words).run())


def answers(fake: FakeGemini, *events: list[dict[str, Any]]) -> None:
    """Have the next interactions come so."""
    fake.others = {"POST interactions": [streamed(each) for each in events]}


def bodies(fake: FakeGemini) -> list[dict[str, Any]]:
    """What was sent to begin interactions."""
    return [s.body for s in fake.seen if s.method == "POST" and s.path.endswith("/interactions")]


def config_of(body: dict[str, Any]) -> dict[str, Any]:
    return body["agent_config"]


def labels(at: AppTest) -> list[str]:
    return [button.label for button in at.main.button]


def choose(at: AppTest, agent: str) -> AppTest:
    return checked(at.segmented_control(key="agents-name-3").set_value(agent).run())


def text_on(at: AppTest) -> str:
    kinds = {"markdown", "caption", "info", "error", "text", "expander", "status"}
    return " ".join(str(getattr(e, "value", "") or getattr(e, "label", "")) for e in at.main
                    if getattr(e, "type", "") in kinds)  # fmt: skip


def test_cost_and_time_are_said_before_anything_begins(agents_page: AppTest) -> None:
    shown = text_on(agents_page)
    assert r"\$1 to \$3" in shown
    assert "within 20 minutes" in shown
    assert "From the sidebar, agents use only the MCP servers." in shown
    assert r"up to \$5" in text_on(choose(agents_page, SANDBOX))


def test_a_plan_is_changed_then_agreed_to(agents_page: AppTest, fake: FakeGemini) -> None:
    changed = replies.plan("plan2", "**Plan**\n\n1. Only Europe.")
    answers(fake, replies.plan("plan1"), changed, replies.research())
    at = ask(agents_page, "Which batteries?")
    assert "Start the research" in labels(at)
    at = ask(at, "Only in Europe")
    at = click(at, "Start the research")
    first, second, third = bodies(fake)
    assert [config_of(b)["collaborative_planning"] for b in (first, second, third)] == [
        True,
        True,
        False,
    ]
    assert [b.get("previous_interaction_id") for b in (first, second, third)] == [
        None,
        "v1_plan1",
        "v1_plan2",
    ]
    assert (first["input"], second["input"]) == ("Which batteries?", "Only in Europe")
    assert all(b["agent"] == RESEARCH and b["background"] and b["store"] for b in bodies(fake))
    assert not any("generation_config" in b for b in bodies(fake))
    assert any("Home batteries without lithium" in text for text in said(at))
    assert "Start the research" not in labels(at)


def test_the_field_is_free_after_an_answer_that_comes_while_the_page_is_drawn(
    agents_page: AppTest, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = threading.Event()
    fake.others = {"POST interactions": [streamed(replies.plan(), held=held)]}
    drawn_busy = []

    def after_the_field() -> None:
        chat: Chat = agents_page.session_state["agents"].chat
        drawn_busy.append(chat.busy)
        held.set()
        assert chat.live is not None
        assert chat.live.ended.wait(10)

    monkeypatch.setattr("components.conversation.composer.let_browser_draw", after_the_field)
    at = ask(agents_page, "Which batteries?")
    assert drawn_busy[0]
    assert not at.chat_input[0].disabled
    assert "Start the research" in labels(at)


def test_the_steps_stand_beside_the_report(agents_page: AppTest, fake: FakeGemini) -> None:
    answers(fake, replies.research())
    at = ask(agents_page.toggle(key="agents-plan_first").set_value(False).run(), "Which?")
    statuses: Any = at.get("status")
    steps = [status.label for status in statuses]
    assert len(steps) == 9
    assert steps[0].startswith(":material/psychology: Listing chemistries")
    assert steps[5].startswith(":material/article: paywall.example/report")
    assert "9 steps" in text_on(at)
    assert "brand_new_step" in steps[8]
    report = next(text for text in said(at) if "Home batteries" in text)
    assert "Comparing" not in report


def test_a_question_about_the_report_goes_to_the_model(
    agents_page: AppTest, fake: FakeGemini
) -> None:
    question = replies.interaction(replies.words("About 10 years."), name="q")
    answers(fake, replies.plan(), replies.research(), question, question)
    at = click(ask(agents_page, "Which?"), "Start the research")
    at = ask(at, "How long do they last?")
    body = bodies(fake)[-1]
    assert "agent" not in body
    assert body["model"] == "gemini-3.8-flash"
    assert body["previous_interaction_id"] == "v1_report"
    assert body["input"] == "How long do they last?"
    assert said(at)[-1] == "About 10 years."
    ask(at, "And in the cold?")
    assert bodies(fake)[-1]["previous_interaction_id"] == "v1_q"


def test_research_goes_further_where_that_is_chosen(agents_page: AppTest, fake: FakeGemini) -> None:
    answers(fake, replies.plan(), replies.research(), replies.plan("more"))
    at = click(ask(agents_page, "Which?"), "Start the research")
    at = checked(at.segmented_control(key="agents-further").set_value(True).run())
    ask(at, "Look at iron-air, too")
    body = bodies(fake)[-1]
    assert body["agent"] == RESEARCH
    assert config_of(body)["collaborative_planning"] is True
    assert body["previous_interaction_id"] == "v1_report"


def test_the_sidebar_stays_as_it_was(app: Open, gemini_api: None, fake: FakeGemini) -> None:
    answers(fake, replies.plan())
    at = app("agents")
    at.session_state["run_settings"].values["temperature"] = 0.3
    at = ask(at.run(), "Which?")
    assert "Left out: Temperature." in text_on(at)
    assert at.session_state["run_settings"].values == {"temperature": 0.3}
    again = app("agents")
    again.query_params["c"] = at.session_state["chat-agents"].conversation.id
    again.session_state["run_settings"].values["temperature"] = 0.7
    again = checked(again.run())
    assert "Start the research" in labels(again)
    assert again.session_state["run_settings"].values == {"temperature": 0.7}


def test_a_conversation_is_reopened_with_steps_report_and_form(
    app: Open, gemini_api: None, fake: FakeGemini
) -> None:
    answers(fake, replies.task())
    at = choose(app("agents"), SANDBOX)
    at = checked(at.segmented_control(key="agents-network").set_value("off").run())
    at = ask(at, "Simulate queues")
    again = app("agents")
    again.query_params["c"] = at.session_state["chat-agents"].conversation.id
    again = checked(again.run())
    shown = text_on(again)
    assert "Wrote /workspace/queue.py" in shown
    assert "Sandbox `env_1`" in shown
    assert any("are in `/workspace`" in text for text in said(again))
    assert again.segmented_control(key="agents-network").value == "off"
    answers(fake, replies.task("task2"))
    ask(again, "Add a chart")
    body = bodies(fake)[-1]
    assert (body["agent"], body["environment"]) == (SANDBOX, "env_1")
    assert body["previous_interaction_id"] == "v1_task"


def test_a_task_says_its_network_and_budget(agents_page: AppTest, fake: FakeGemini) -> None:
    answers(fake, replies.task())
    at = choose(agents_page, SANDBOX)
    at = checked(at.segmented_control(key="agents-network").set_value("domains").run())
    at = ask(at, "Simulate queues")
    assert not bodies(fake)
    assert "Name the domains" in " ".join(e.value for e in at.error)
    assert at.chat_input[0].value == "Simulate queues"
    at.session_state["agents"].domains = ["https://pypi.org/simple", "not a domain"]
    at = ask(at.run(), "Simulate queues")
    assert "not a domain isn't a domain" in " ".join(e.value for e in at.error)
    at.session_state["agents"].domains = ["https://pypi.org/simple"]
    at.session_state["agents"].max_total_tokens = 50_000
    ask(at.run(), "Simulate queues")
    body = bodies(fake)[-1]
    assert body["environment"] == {
        "type": "remote",
        "network": {"allowlist": [{"domain": "pypi.org"}]},
    }
    assert config_of(body) == {"type": "antigravity", "max_total_tokens": "50000"}


@pytest.mark.parametrize(
    ("status", "words"),
    [("budget_exceeded", "The budget is used up"), ("incomplete", "It reached its token limit")],
)
def test_a_task_out_of_its_budget_is_continued(
    agents_page: AppTest, fake: FakeGemini, status: str, words: str
) -> None:
    answers(fake, replies.task(status=status), replies.task("task2"))
    at = ask(choose(agents_page, SANDBOX), "Simulate queues")
    assert words in text_on(at)
    at = click(at, "Continue")
    body = bodies(fake)[-1]
    assert (body["previous_interaction_id"], body["environment"]) == ("v1_task", "env_1")
    assert body["input"] == "Continue."
    assert "Continue" not in labels(at)


def test_a_failed_research_is_tried_again_from_its_plan(
    agents_page: AppTest, fake: FakeGemini
) -> None:
    failed = replies.research("x", errors=[{"code": "internal", "message": "gone wrong"}])
    failed[-1]["interaction"]["status"] = "failed"
    answers(fake, replies.plan(), failed, replies.research(), replies.research())
    at = click(ask(agents_page, "Which?"), "Start the research")
    assert any("gone wrong" in e.value or "failed" in e.value for e in at.error)
    at = click(at, "Try again")
    body = bodies(fake)[-1]
    assert body["previous_interaction_id"] == "v1_plan"
    assert config_of(body)["collaborative_planning"] is False
    assert any("Home batteries" in text for text in said(at))


def test_what_follows_a_failure_goes_on_from_what_is_kept(
    agents_page: AppTest, fake: FakeGemini
) -> None:
    error = {"error": {"code": "internal", "message": "gone wrong"}}
    plan, retry = streamed(replies.plan()), streamed(replies.plan("plan2"))
    fake.others = {"POST interactions": [plan, Reply(status=400, body=error), retry]}
    at = click(ask(agents_page, "Which?"), "Start the research")
    ask(at, "Only in Europe")
    assert bodies(fake)[-1]["previous_interaction_id"] == "v1_plan"
    assert bodies(fake)[-1]["input"] == "Only in Europe"


def test_without_a_key_the_prompt_is_kept_and_the_way_is_shown(app: Open, fake: FakeGemini) -> None:
    at = checked(app("agents"))
    assert "The local emulator can't act as an agent" in text_on(at)
    assert "Batteries without lithium" in labels(at)
    at = ask(at, "Which batteries?")
    assert not bodies(fake)
    assert "The local emulator can't act as an agent" in " ".join(e.value for e in at.error)
    assert at.chat_input[0].value == "Which batteries?"
    at.text_input(key="agents-key-typed").set_value("a-key")
    at = click(at, "Use this key")
    assert "The local emulator can't act as an agent" not in text_on(at)


def test_a_sample_runs_at_a_click(agents_page: AppTest, fake: FakeGemini) -> None:
    answers(fake, replies.task())
    at = click(agents_page, "A data set, charted")
    assert bodies(fake)[-1]["agent"] == SANDBOX
    assert bodies(fake)[-1]["environment"] == "remote"
    assert "10,000 days of queues" in said(at)[0]


def test_the_code_is_shown(agents_page: AppTest, fake: FakeGemini) -> None:
    answers(fake, replies.plan())
    at = ask(agents_page, "Which?")
    menu: Any = next(w for w in at.main if getattr(w, "type", "") == "menu_button")
    at.session_state[f"inspector-{menu.key.removeprefix('menu-')}"] = "Code"
    at = checked(menu.set_value("Inspect").run())
    code = " ".join(c.value for c in at.code)
    assert f'agent="{RESEARCH}"' in code.replace("'", '"')
    assert "background=True" in code
    assert "collaborative_planning" in code


def attach(at: AppTest, words: str, name: str, mime_type: str) -> AppTest:
    data = (MEDIA / name).read_bytes()
    return checked(at.chat_input[0].set_value(words).upload(name, data, mime_type).run())


def test_a_document_goes_along_where_the_agent_reads_it(
    agents_page: AppTest, fake: FakeGemini
) -> None:
    answers(fake, replies.plan())
    attach(agents_page, "Check these figures", "report.pdf", "application/pdf")
    (step,) = bodies(fake)[-1]["input"]
    assert [(item["type"], item.get("mime_type")) for item in step["content"]] == [
        ("document", "application/pdf"),
        ("text", None),
    ]


def test_a_file_that_the_agent_can_t_read_is_named(agents_page: AppTest, fake: FakeGemini) -> None:
    at = attach(choose(agents_page, SANDBOX), "Read it", "report.pdf", "application/pdf")
    assert not bodies(fake)
    assert "report.pdf" in " ".join(e.value for e in at.error)
    assert at.chat_input[0].value == "Read it"
    answers(fake, replies.task())
    attach(at, "Look", "chart.png", "image/png")
    (step,) = bodies(fake)[-1]["input"]
    assert [item["type"] for item in step["content"]] == ["image", "text"]


def test_the_mcp_servers_of_the_sidebar_go_along(agents_page: AppTest, fake: FakeGemini) -> None:
    answers(fake, replies.plan(), replies.plan("again"))
    server = McpServer("weather", "https://mcp.example/mcp")
    agents_page.session_state["run_settings"].values["mcp_servers"] = (server,)
    at = ask(checked(agents_page.run()), "Which?")
    kinds = ["google_search", "url_context", "code_execution", "mcp_server"]
    assert sorted(tool["type"] for tool in bodies(fake)[-1]["tools"]) == sorted(kinds)
    menu: Any = next(w for w in at.main if getattr(w, "type", "") == "menu_button")
    checked(menu.set_value("Regenerate").run())
    assert bodies(fake)[-1]["tools"] == bodies(fake)[-2]["tools"]
    assert bodies(fake)[-1].get("previous_interaction_id") is None


def test_of_very_many_steps_the_rest_comes_at_a_click(
    agents_page: AppTest, fake: FakeGemini
) -> None:
    steps = [replies.search(f"s{n}", f"query {n}") for n in range(75)]
    answers(fake, replies.interaction(*steps, replies.words("Done.")))
    at = ask(agents_page, "Which?")
    assert len(at.get("status")) == 60
    at = click(at, "15 more steps")
    assert len(at.get("status")) == 75


def test_a_research_is_followed_on_after_a_restart(
    app: Open, gemini_api: None, fake: FakeGemini
) -> None:
    events = replies.research()
    fake.others = {"POST interactions": [Reply(events[:14], then="hang")]}
    history = open_history()
    connection = Connection(Target("server", "page-test-key", base_url=fake.url))
    contents = [{"role": "user", "parts": [{"text": "Which?"}]}]
    config = research_config(agents()[RESEARCH], plan=False, visuals=True)
    live = start(connection, Request(RESEARCH, contents, config, CREATE_INTERACTION))
    conversation = Conversation()
    conversation.add(contents[0]["parts"], None).run = live.run
    history.of().record(live, "agents", conversation=conversation)
    end = time.monotonic() + 20
    while live.run.result.get("last_event_id") != events[13]["event_id"]:
        assert time.monotonic() < end
        time.sleep(0.02)
    connection.close()
    history.close()
    fake.others["GET interactions"] = [streamed(events[14:])]
    at = app("agents")
    at.query_params["c"] = conversation.id
    at = checked(at.run())
    assert any("Home batteries" in text for text in said(at))
    assert "9 steps" in text_on(at)
    assert len(at.get("status")) == 9
    downloads: Any = at.get("download_button")
    assert "HTML" in [button.label for button in downloads]


REFUSED = {"error": {"code": "permission_denied", "message": "This key may not use agents."}}


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(status=403, body=REFUSED), "Not allowed"),
        (Reply(status=400, body=b"<html>proxy</html>"), "couldn't be read"),
        (Reply([b'data: {"event_type": "interaction.cre'], then="cut"), "cut off"),
        (Reply([b"data: rubbish\r\n\r\n"]), "couldn't be read"),
        (Reply([]), "couldn't be read"),
    ],
)
def test_whatever_the_server_does_the_prompt_stays_and_can_be_tried_again(
    agents_page: AppTest, fake: FakeGemini, reply: Reply, words: str
) -> None:
    fake.others = {"POST interactions": [reply, streamed(replies.plan())]}
    at = ask(agents_page, "Which batteries?")
    assert words in " ".join(e.value for e in [*at.error, *at.warning])
    assert "Which batteries?" in said(at)
    at = click(at, "Try again")
    assert "Start the research" in labels(at)
    assert bodies(fake)[0]["agent_config"] == bodies(fake)[-1]["agent_config"]


def test_a_server_that_answers_at_once_is_followed_all_the_same(
    agents_page: AppTest, fake: FakeGemini
) -> None:
    """What runs in the background may answer with its id and no stream."""
    headers = {"content-type": "application/json"}
    begun = Reply(body={"id": "v1_plan", "status": "in_progress"}, headers=headers)
    fake.others = {
        "POST interactions": [begun],
        "GET interactions": [streamed(replies.plan())],
    }
    at = ask(agents_page, "Which?")
    assert "Start the research" in labels(at)
    assert any("Research plan" in text for text in said(at))
    words = replies.words("Whole.")[0]["step"]
    step = {**words, "content": [{"type": "text", "text": "Whole."}]}
    whole = {"id": "v1_b", "status": "completed", "steps": [step]}
    fake.others = {"POST interactions": [Reply(body=whole, headers=headers)]}
    at = click(at, "Start the research")
    assert said(at)[-1] == "Whole."


def test_a_huge_step_is_shown_by_its_beginning(agents_page: AppTest, fake: FakeGemini) -> None:
    step = replies.ran("c1", "cat data.csv", "x" * 2_000_000)
    answers(fake, replies.interaction(step, replies.drawn()))
    at = ask(agents_page, "Which?")
    assert "of 2,000,000 characters" in text_on(at)
    assert max(len(code.value) for code in at.code) == 100_000
    assert "image" in {element.type for element in at.main}  # the whole of this answer
