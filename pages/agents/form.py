"""Which agent, how it works, and what Google says of its cost: before anything begins."""

from functools import partial

import streamlit as st

from components.connection_panel import draw_key_form
from components.demo_mode import in_demo
from components.samples import draw_about, draw_sample_buttons
from components.session import bound, bound_field
from components.settings.run_settings import current_settings
from gemini.interactions.agents import Agent, agents
from gemini.settings.table import BY_NAME
from gemini.tools.mcp import FIELD
from pages.agents.state import PAGE, AgentsState

NETWORKS = {"open": "Open", "domains": "Only these domains", "off": "Off"}
TOOLS = {
    "google_search": "Google Search",
    "url_context": "Web pages",
    "code_execution": "Code execution",
}
FEWEST_TOKENS = 1000  # of a budget


def draw_welcome(state: AgentsState) -> None:
    """Draw what the page is for, samples that begin at a click, and the choice of an agent."""
    draw_about(PAGE)
    _draw_refusal(state)
    draw_sample_buttons(PAGE, state.load)
    draw_form(state)


def draw_settings(state: AgentsState) -> None:
    """Draw the same choices above a conversation, folded."""
    _draw_refusal(state)
    label, key = f"{state.agent.title}: settings", f"{PAGE}-form"
    with st.expander(label, icon=f":material/{state.agent.icon}:", type="compact", key=key):
        draw_form(state)


def draw_form(state: AgentsState) -> None:
    """Draw the choice of the agent and what can be told it."""
    known, names = agents(), state.choices
    if state.name not in names:
        state.name = names[0]
    st.segmented_control(
        "Agent",
        names,
        required=True,
        format_func=lambda name: f":material/{known[name].icon}: {known[name].title}",
        **bound(f"{PAGE}-name-{len(names)}", state.name, partial(_choose, state), "default"),
    )
    agent = state.agent
    st.caption(f"{agent.about} `{agent.name}`")
    if agent.kind == "deep-research":
        _draw_research(state, agent)
    else:
        _draw_sandbox(state, agent)
    cost = f"Google's estimate for a task: {_escaped(agent.cost)} ({agent.scale}). {agent.time}"
    st.markdown(
        f":small[:gray[:material/payments: {cost}] [Google's page]({agent.source})"
        f":gray[, as of {agent.seen}.]]"
    )
    _draw_not_taken()


def draw_next(state: AgentsState) -> None:
    """Draw the choice of who answers what is typed below a report."""
    if not state.has_report:
        return
    labels = {False: f"Ask {current_settings().model.display_name}", True: "Research further"}
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.segmented_control(
            "Next",
            [False, True],
            required=True,
            format_func=lambda further: labels[further],
            label_visibility="collapsed",
            **bound_field(state, "further", PAGE, "default"),
        )
        about = f"{state.agent.title}, {_escaped(state.agent.cost)} a task"
        about = about if state.further else "Answers from the report, within seconds"
        st.caption(about, width="content")


def _choose(state: AgentsState, name: str) -> None:
    state.name = name
    state.tools = list(state.agent.tools)


def _draw_refusal(state: AgentsState) -> None:
    """Say that this connection has no agents, with the way to one that does."""
    if not state.refusal:
        return
    st.info(state.refusal, icon=":material/info:")
    if in_demo():
        return
    with st.popover("Enter a key", icon=":material/key:"):
        draw_key_form(f"{PAGE}-key")


def _draw_research(state: AgentsState, agent: Agent) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        st.toggle(
            "Show me the plan first",
            help="You agree to it or change it, as often as you like, before the research begins.",
            **bound_field(state, "plan_first", PAGE),
        )
        st.toggle(
            "Charts and images",
            help="Let the agent draw charts and images where your prompt asks for them.",
            **bound_field(state, "visuals", PAGE),
        )
    _draw_tools(state, agent, "Sources", "What it may use: all of them, unless you choose.")


def _draw_sandbox(state: AgentsState, agent: Agent) -> None:
    st.segmented_control(
        "Network",
        list(NETWORKS),
        required=True,
        format_func=lambda network: NETWORKS[network],
        help="What the sandbox may reach. Open is Google's default.",
        **bound_field(state, "network", PAGE, "default"),
    )
    if state.network == "domains":
        st.multiselect(
            "Domains",
            list(state.domains),
            accept_new_options=True,
            placeholder="example.com or *.example.com, then Enter",
            **bound_field(state, "domains", PAGE, "default"),
        )
    with st.container(horizontal=True, gap="small"):
        st.number_input(
            "Token limit",
            FEWEST_TOKENS,
            step=FEWEST_TOKENS,
            value=None,
            placeholder="No limit",
            help="The task stops there, with what it has done, and can be continued. "
            "Google checks between steps, so a little more may be used.",
            width=240,
            **bound_field(state, "max_total_tokens", PAGE, None),
        )
        st.selectbox(
            "Model",
            agent.models,
            index=None,
            placeholder=f"{agent.models[0]} (default)",
            help="What the agent thinks with. Choose one, or type another name.",
            accept_new_options=True,
            width=260,
            **bound_field(state, "model", PAGE, None),
        )
    _draw_tools(state, agent, "Tools", "Besides the files of its sandbox. All unless you choose.")


def _draw_tools(state: AgentsState, agent: Agent, label: str, about: str) -> None:
    st.pills(
        label,
        agent.tools,
        selection_mode="multi",
        format_func=TOOLS.__getitem__,
        help=about,
        **bound(f"{PAGE}-tools-{agent.kind}", state.tools, partial(setattr, state, "tools"),
                "default"),
    )  # fmt: skip
    if not state.tools:
        st.caption(":material/info: With none chosen, the agent can use all of them.")


def _draw_not_taken() -> None:
    """Say that the sidebar's settings are not for agents; by name, those that are set."""
    known = {"api", "store", "background", FIELD}
    names = [BY_NAME[name].label for name in current_settings().changed if name not in known]
    left_out = f" Left out: {', '.join(names)}." if names else ""
    about = "From the sidebar, agents use only the MCP servers."
    st.caption(f":material/tune: {about}{left_out}")


def _escaped(text: str) -> str:
    """Dollars as themselves: two of them would be a formula."""
    return text.replace("$", r"\$")
