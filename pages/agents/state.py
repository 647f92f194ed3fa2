"""What the page of agents remembers: which one is asked, how, and the conversation with it.

A conversation's turns are a plan, its changes, the research, and questions about it; or tasks in
one sandbox. Each goes on from the interaction before it, which Google keeps.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from components.attachments.state import Attachments, attachments_of
from components.connection import current_connection
from components.conversation.current import current_chat
from components.conversation.state import Chat
from components.settings.run_settings import RunSettings, current_settings
from gemini.conversation import Turn
from gemini.interactions.agents import (
    Agent,
    Network,
    agents,
    domains_in,
    environment_after,
    is_plan,
    network_of,
    research_config,
    sandbox_config,
    tools_config,
)
from gemini.interactions.background import may_be_followed
from gemini.interactions.request import is_agent
from gemini.media.attachment import Attachment
from gemini.models.availability import why_not
from gemini.models.capabilities import unknown
from gemini.request import CREATE_INTERACTION, Request
from gemini.run import Run
from gemini.tools.mcp import FIELD

PAGE = "agents"
AGREED = "The plan is good. Start the research."
CONTINUE = "Continue."
STORED = {"api": CREATE_INTERACTION, "store": "on"}
"""The run settings of whatever is asked here: what runs in the background has to be stored."""
OWN = ("background", "agent_config", "environment", "tools")  # of a config: what the page adds


@dataclass
class AgentsState:
    """The form of the page in one session. None leaves a choice to the agent.

    `further`: what is typed below a report is more to research, and not a question about it.
    `formed_by` is the conversation whose last task the form shows, `unfolded` are the runs whose
    steps are all shown. `_begun` is "form" or "agreed" while a prompt is on its way for which the
    form says how; else a turn is asked again as it was.
    """

    name: str = field(default_factory=lambda: next(iter(agents())))
    plan_first: bool = True
    visuals: bool = True
    tools: list[str] = field(default_factory=lambda: list(next(iter(agents().values())).tools))
    network: Network = "open"
    domains: list[str] = field(default_factory=list)
    model: str | None = None
    max_total_tokens: int | None = None
    further: bool = False
    formed_by: str = ""
    unfolded: set[str] = field(default_factory=set)
    _begun: str = ""

    @property
    def agent(self) -> Agent:
        """The agent chosen."""
        return agents()[self.name]

    @property
    def chat(self) -> Chat:
        """The conversation, asked as the form says."""
        chat = current_chat(PAGE, own_model=True)
        chat.extra, chat.settings = self.extra, self.settings
        return chat

    @property
    def attachments(self) -> Attachments:
        """The files that are sent, of the kinds that the agent reads."""
        attached = attachments_of(PAGE, optional=True)
        attached.kinds = self.agent.reads
        return attached

    @property
    def last(self) -> Turn | None:
        """The last turn that was answered, or is being answered."""
        answered = [turn for turn in self.chat.conversation.path() if turn.run]
        return answered[-1] if answered else None

    @property
    def refusal(self) -> str | None:
        """Why this connection has no agents, in a sentence."""
        connection = current_connection()
        return why_not("agents", connection.target.backend) if connection else None

    @property
    def choices(self) -> list[str]:
        """The agents to choose from: a conversation stays with one kind."""
        kinds = {run.kind for turn in self.chat.conversation.path() if (run := _agent_of(turn.run))}
        return [name for name, agent in agents().items() if not kinds or agent.kind in kinds]

    @property
    def planned(self) -> bool:
        """Whether the last turn is the plan of a research."""
        run = self.last.run if self.last else None
        return run is not None and run.outcome == "done" and is_plan(run.request)

    @property
    def asks_model(self) -> bool:
        """Whether the next prompt is a question about a report, for the sidebar's model."""
        return self.has_report and not self.further

    @property
    def has_report(self) -> bool:
        """Whether there is a report to ask about."""
        if self.last is None or self.agent.kind != "deep-research" or self.planned:
            return False
        return any(_is_report(turn.run) for turn in self.chat.conversation.path())

    @property
    def placeholder(self) -> str:
        """What the field is for just now."""
        if self.last is None:
            return "Describe the task, or add files to it"
        if self.planned:
            return "What should change in the plan?"
        return "Ask about the report, or for more" if self.has_report else "What is next?"

    def question_of(self, turn: Turn) -> str:
        """What a report answers: what was asked before its plan, and not that this is good."""
        *before, last = self.chat.conversation.path_to(turn.id)
        while before and before[-1].run and is_plan(before[-1].run.request):
            last = before.pop()
        return last.text

    def settle(self) -> None:
        """Have the form show how the conversation was asked last, when it is another one."""
        chat = self.chat
        if self.formed_by == chat.conversation.id:
            return
        self.formed_by, self.further = chat.conversation.id, False
        tasks = [run for turn in chat.conversation.path() if (run := turn.run) and _agent_of(run)]
        if tasks:
            self._take(tasks)

    def _take(self, runs: Sequence[Run]) -> None:
        request = runs[-1].request
        self.name = request.model
        config = request.config.get("agent_config")
        about: Mapping[str, Any] = config if isinstance(config, Mapping) else {}
        self.visuals = about.get("visualization") != "off"
        self.model = about.get("model")
        self.max_total_tokens = about.get("max_total_tokens")
        named = {name for tool in request.config.get("tools") or [] for name in tool}
        known = self.agent.tools
        self.tools = [name for name in known if name in named] or list(known)
        network = network_of(runs)
        self.network, self.domains = "open", []
        if network == "disabled":
            self.network = "off"
        elif isinstance(network, Mapping):
            listed = [entry.get("domain", "") for entry in network.get("allowlist") or []]
            self.network, self.domains = ("open", []) if listed == ["*"] else ("domains", listed)

    def submit(self, text: str, files: list[Attachment]) -> bool:
        """Ask what was typed; or give it back with why not. True: the page is another one then."""
        fitting = [file for file in files if file.kind in self.attachments.kinds]
        unread = [file.name for file in files if file not in fitting]
        why = self._hindrance() or (self._unread(unread) if unread else None)
        if why:
            self.chat.give_back(text, [why], fitting)
            return True
        self._begin("form")
        self.attachments.submit(text, files)
        return True

    def load(self, sample: Mapping[str, str]) -> None:
        """Take over a sample and ask it."""
        self.name = sample["agent"]
        self.submit(sample["prompt"], [])

    def start(self) -> None:
        """Agree to the plan: the research begins."""
        self._begin("agreed")
        self.chat.send([{"text": AGREED}])

    def again(self, turn: Turn) -> None:
        """Ask a turn again as it was asked, beside the answer there is."""
        self._begun = ""
        self.attachments.regenerate(turn)

    def go_on(self) -> None:
        """Have a task that ran out of its budget continued."""
        self._begin("form")
        self.chat.send([{"text": CONTINUE}])

    def _hindrance(self) -> str | None:
        """What keeps a prompt from being sent, in a sentence."""
        if self.refusal:
            return self.refusal
        if self.chat.busy:
            return "The agent is still at work. Wait for its answer, or stop it first."
        if self.last and self.last.run and may_be_followed(self.last.run):
            return "The agent may still be at work. Follow it first, or begin a new chat."
        if self.agent.kind == "antigravity" and self.network == "domains":
            domains, wrong = domains_in(self.domains)
            if wrong:
                return f"{wrong[0]} isn't a domain: write it like example.com or *.example.com."
            if not domains:
                return "Name the domains that the sandbox may reach, or choose another network."
        return None

    def _unread(self, names: list[str]) -> str:
        """What the agent doesn't read, and what it does."""
        takes = "images" if self.attachments.kinds == ("image",) else "images, PDFs and text"
        return f"{self.agent.title} reads {takes}, so it can't use {' and '.join(names)}."

    def _begin(self, begun: str) -> None:
        """Have the next prompt follow the last turn that Google keeps.

        One that failed or was stopped stays beside it, as another version.
        """
        self._begun = begun
        conversation = self.chat.conversation
        path = conversation.path()
        while path and not conversation.can_be_followed(path[-1]):
            path.pop()
        conversation.leaf = path[-1].id if path else None

    def settings(self) -> RunSettings:
        """What the next prompt is sent with: of the sidebar's, an agent takes the MCP servers."""
        sidebar = current_settings()
        again = None if self._begun else self._version()
        model = again.model if again else "" if self.asks_model else self.name
        if not model or not is_agent(model):
            values = {**sidebar.values, **STORED}
            return RunSettings(sidebar.chosen, sidebar.model, values, sidebar.vertex)
        return RunSettings(model, unknown(model), {**STORED, **_servers()}, sidebar.vertex)

    def extra(self) -> dict[str, Any]:
        """What the page adds to the config of the prompt that is being sent now."""
        begun, self._begun = self._begun, ""
        again = None if begun else self._version()
        if again:
            return {name: again.config[name] for name in OWN if name in again.config}
        if begun != "agreed" and self.asks_model:
            return {}
        tools = tools_config(self.agent, self.tools, others=bool(_servers()))
        if self.agent.kind == "deep-research":
            plan = begun != "agreed" and (self.planned or self.plan_first)
            return tools | research_config(self.agent, plan=plan, visuals=self.visuals)
        runs = [turn.run for turn in self.chat.conversation.path() if turn.run]
        domains, _ = domains_in(self.domains)
        return tools | sandbox_config(
            self.agent,
            environment=environment_after(runs, self.network, domains),
            model=self.model,
            max_total_tokens=self.max_total_tokens,
        )

    def _version(self) -> Request | None:
        """The request of the last version of the turn that is being asked again."""
        conversation = self.chat.conversation
        path = conversation.path()
        if not path or path[-1].run is not None:
            return None
        runs = [turn.run for turn in conversation.siblings(path[-1]) if turn.run]
        return runs[-1].request if runs else None


def _servers() -> dict[str, Any]:
    """The sidebar's MCP servers, as the run setting that they are."""
    servers = current_settings().off_default.get(FIELD)
    return {FIELD: servers} if servers else {}


def _agent_of(run: Run | None) -> Agent | None:
    return agents().get(run.request.model) if run else None


def _is_report(run: Run | None) -> bool:
    agent = _agent_of(run)
    if run is None or agent is None or agent.kind != "deep-research":
        return False
    return run.outcome == "done" and not is_plan(run.request)
