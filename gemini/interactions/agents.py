"""Google's agents: what is said of them in `data/agents.toml`, and the config they are asked with.

An agent takes no `generation_config` (google-genai raises ValueError), so nothing here comes from
the run settings. Both kinds run in the background: https://ai.google.dev/gemini-api/docs/deep-research
and https://ai.google.dev/gemini-api/docs/antigravity-agent.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from gemini.data import table
from gemini.media.attachment import Kind
from gemini.request import Request
from gemini.run import Run

Network = Literal["open", "domains", "off"]
DOMAIN = re.compile(r"\*|(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9-]+")


@dataclass(frozen=True)
class Agent:
    """An agent, by its name at the API.

    `kind` is the type of its `agent_config`; `reads` are kinds of attachments; `tools` those it
    has where none are named. `cost`, `scale` and `time` are Google's estimate for a task, as it
    stood at `source` when it was `seen`. `models` are those it can think with, its default first.
    """

    name: str
    title: str
    kind: str
    icon: str
    about: str
    cost: str
    scale: str
    time: str
    source: str
    seen: str
    reads: tuple[Kind, ...]
    tools: tuple[str, ...]
    models: tuple[str, ...] = ()


@cache
def agents() -> dict[str, Agent]:
    """The agents by their names, the one to begin with first."""
    lists = ("reads", "tools", "models")
    entries = [
        {**entry, **{name: tuple(entry.get(name, ())) for name in lists}}
        for entry in table("agents")["agents"]
    ]
    return {entry["name"]: Agent(**entry) for entry in entries}


def research_config(agent: Agent, *, plan: bool, visuals: bool) -> dict[str, Any]:
    """The config of a research: its plan first, or at once; with pictures or without."""
    return {
        "background": True,
        "agent_config": {
            "type": agent.kind,
            "thinking_summaries": "auto",
            "visualization": "auto" if visuals else "off",
            "collaborative_planning": plan,
        },
    }


def sandbox_config(
    agent: Agent,
    *,
    environment: str | dict[str, Any],
    model: str | None = None,
    max_total_tokens: int | None = None,
) -> dict[str, Any]:
    """The config of a task in a sandbox. `environment` is made by `environment_after`."""
    about = {"model": model, "max_total_tokens": max_total_tokens}
    said = {name: value for name, value in about.items() if value}
    return {
        "background": True,
        "environment": environment,
        "agent_config": {"type": agent.kind, **said},
    }


def tools_config(agent: Agent, tools: Sequence[str], *, others: bool) -> dict[str, Any]:
    """The tools that an agent may use, by their names in `types.Tool`; none chosen are all it has.

    All of them aren't named, as they are the default. With `others` beside them, MCP servers say,
    they are: what is named takes the place of the default.
    """
    chosen = [name for name in agent.tools if name in tools] or list(agent.tools)
    if len(chosen) == len(agent.tools) and not others:
        return {}
    return {"tools": [{name: {}} for name in chosen]}


def environment_after(
    runs: Sequence[Run], network: Network, domains: Sequence[str] = ()
) -> str | dict[str, Any]:
    """The environment of the next turn: that of the runs before it, or a new one.

    It is named by its id alone while its network stays what it was; else it is updated. A network
    that isn't said is open. https://ai.google.dev/gemini-api/docs/agent-environment
    """
    limits = _network(network, domains)
    known = next(filter(None, map(environment_id, reversed(runs))), None)
    if known is None:
        return {"type": "remote", **limits} if limits else "remote"
    if limits == _limits_of(runs):
        return known
    open_again = {"network": {"allowlist": [{"domain": "*"}]}}
    return {"type": "remote", "environment_id": known, **(limits or open_again)}


def environment_id(run: Run) -> str | None:
    """The id of the sandbox that a run worked in, once the API has said it."""
    known = run.result.get("environment_id")
    return known if isinstance(known, str) and known else None


def domains_in(typed: Iterable[str]) -> tuple[list[str], list[str]]:
    """Domains as the API takes them, each once, of what people type or paste; and what is none.

    `*.example.com` stands for all below it, `*` for any.
    """
    domains: dict[str, None] = {}
    wrong = []
    for entry in typed:
        name = entry.strip().lower().partition("://")[2] or entry.strip().lower()
        name = re.split(r"[/?#:]", name)[0]
        if DOMAIN.fullmatch(name):
            domains[name] = None
        else:
            wrong.append(entry)
    return list(domains), wrong


def is_plan(request: Request) -> bool:
    """Whether a request is for the plan of a research, not for the research itself."""
    config = request.config.get("agent_config")
    return isinstance(config, dict) and config.get("collaborative_planning") is True


def _network(network: Network, domains: Sequence[str]) -> dict[str, Any]:
    if network == "off":
        return {"network": "disabled"}
    if network == "domains":
        return {"network": {"allowlist": [{"domain": domain} for domain in domains]}}
    return {}


def network_of(runs: Sequence[Run]) -> Any:
    """What the runs have said last of the network, as the API has it; None if nothing."""
    environments = [run.request.config.get("environment") for run in runs]
    said = [each for each in environments if isinstance(each, Mapping)]
    return said[-1].get("network") if said else None


def _limits_of(runs: Sequence[Run]) -> dict[str, Any]:
    """What the runs have said last of the network, in the form of `_network`."""
    network = network_of(runs)
    if not network or network == {"allowlist": [{"domain": "*"}]}:
        return {}
    return {"network": network}
