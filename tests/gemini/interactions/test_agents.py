"""How agents are asked: their config, the environment from turn to turn, what is said of them."""

from typing import Any

import pytest
from google import genai

from gemini.conversation import Conversation
from gemini.data import table
from gemini.interactions.agents import (
    agents,
    domains_in,
    environment_after,
    is_plan,
    research_config,
    sandbox_config,
    tools_config,
)
from gemini.interactions.request import create_arguments, is_agent
from gemini.request import CREATE_INTERACTION, Request
from gemini.run import Run
from tests.agent_replies import RESEARCH, SANDBOX
from tests.fake_gemini import FakeGemini, Reply

USER = [{"role": "user", "parts": [{"text": "Why?"}]}]


def sandbox_run(environment: Any, known: str | None = "env_1") -> Run:
    config = sandbox_config(agents()[SANDBOX], environment=environment)
    run = Run(Request(SANDBOX, USER, config, CREATE_INTERACTION), outcome="done")
    run.result = {"environment_id": known} if known else {}
    return run


def test_every_agent_says_what_it_costs_and_where_that_was_read() -> None:
    assert next(iter(agents())) == RESEARCH
    for agent in agents().values():
        assert is_agent(agent.name)
        assert "$" in agent.cost
        assert agent.time
        assert agent.source.startswith("https://ai.google.dev/")
    assert table("agents")["date"]


@pytest.mark.parametrize("name", agents())
def test_the_sdk_knows_every_agent(name: str) -> None:
    from google.genai._gaos.types.interactions import agentoption

    assert name in str(agentoption.AgentOption)


def test_a_research_is_asked_with_its_plan_first() -> None:
    agent = agents()[RESEARCH]
    config = research_config(agent, plan=True, visuals=False)
    request = Request(RESEARCH, USER, {**config, "store": True}, CREATE_INTERACTION)
    assert create_arguments(request) == {
        "agent": RESEARCH,
        "input": "Why?",
        "background": True,
        "store": True,
        "agent_config": {
            "type": "deep-research",
            "thinking_summaries": "auto",
            "visualization": "off",
            "collaborative_planning": True,
        },
    }
    assert is_plan(request)


def test_tools_are_named_only_where_some_are_left_out() -> None:
    agent = agents()[RESEARCH]
    for tools in ([], agent.tools):
        assert tools_config(agent, tools, others=False) == {}
    config = tools_config(agent, ["url_context"], others=False)
    arguments = create_arguments(Request(RESEARCH, USER, config, CREATE_INTERACTION))
    assert arguments["tools"] == [{"type": "url_context"}]


def test_with_other_tools_beside_them_all_are_named() -> None:
    agent = agents()[RESEARCH]
    config = tools_config(agent, agent.tools, others=True)
    assert [name for tool in config["tools"] for name in tool] == list(agent.tools)


def test_a_task_names_its_budget_and_model() -> None:
    config = sandbox_config(
        agents()[SANDBOX],
        environment="remote",
        model="gemini-3.6-flash",
        max_total_tokens=50_000,
    )
    assert config == {
        "background": True,
        "environment": "remote",
        "agent_config": {
            "type": "antigravity",
            "model": "gemini-3.6-flash",
            "max_total_tokens": 50_000,
        },
    }


def test_the_sdk_takes_what_is_made(fake: FakeGemini) -> None:
    """An agent with a generation_config is its ValueError; none of ours has one."""
    headers = {"content-type": "application/json"}
    reply = Reply(body={"id": "v1_a", "status": "completed"}, headers=headers)
    fake.others = {"POST interactions": [reply]}
    client = genai.Client(api_key="k", http_options={"base_url": fake.url})
    config = sandbox_config(agents()[SANDBOX], environment="remote")
    arguments = create_arguments(Request(SANDBOX, USER, config, CREATE_INTERACTION))
    client.interactions.create(**arguments)
    assert fake.seen[-1].body == arguments
    with pytest.raises(ValueError, match="generation_config"):
        client.interactions.create(**arguments, generation_config={"seed": 1})


@pytest.mark.parametrize(
    ("network", "domains", "expected"),
    [
        ("open", [], "remote"),
        ("off", [], {"type": "remote", "network": "disabled"}),
        (
            "domains",
            ["a.example"],
            {"type": "remote", "network": {"allowlist": [{"domain": "a.example"}]}},
        ),
    ],
)
def test_the_first_turn_makes_an_environment(
    network: Any, domains: list[str], expected: Any
) -> None:
    assert environment_after([], network, domains) == expected
    assert environment_after([sandbox_run("remote", None)], network, domains) == expected


def test_the_environment_is_kept_from_turn_to_turn() -> None:
    first = sandbox_run("remote")
    second = sandbox_run(environment_after([first], "open"))
    assert environment_after([first, second], "open") == "env_1"
    closed = sandbox_run({"type": "remote", "network": "disabled"})
    assert environment_after([closed, sandbox_run("env_1")], "off") == "env_1"


def test_another_network_updates_the_same_environment() -> None:
    about = {"type": "remote", "environment_id": "env_1"}
    assert environment_after([sandbox_run("remote")], "off") == {**about, "network": "disabled"}
    closed = sandbox_run({"type": "remote", "network": "disabled"})
    anywhere = {"network": {"allowlist": [{"domain": "*"}]}}
    opened = environment_after([closed], "open")
    assert opened == {**about, **anywhere}
    assert environment_after([closed, sandbox_run(opened)], "open") == "env_1"


def test_domains_are_read_from_what_people_paste() -> None:
    typed = ["https://GitHub.com/google", " *.pypi.org ", "localhost:80", "github.com", "*"]
    assert domains_in(typed) == (["github.com", "*.pypi.org", "localhost", "*"], [])
    assert domains_in(["two words", "", "a..b"])[1] == ["two words", "", "a..b"]


@pytest.mark.parametrize("status", ["budget_exceeded", "incomplete"])
def test_a_task_out_of_its_budget_is_gone_on_from(status: str) -> None:
    conversation = Conversation()
    turn = conversation.add([{"text": "Why?"}], None)
    turn.run = sandbox_run("remote")
    turn.run.outcome, turn.run.response_id = "failed", "v1_a"
    turn.run.result["status"] = status
    following = conversation.add([{"text": "Continue."}], turn.id)
    assert conversation.interaction_before(following) == "v1_a"
    turn.run.result["status"] = "failed"
    assert conversation.interaction_before(following) is None
