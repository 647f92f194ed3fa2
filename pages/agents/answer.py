"""What an agent did, beside what came of it: the steps at one side, the report at the other.

While it works both grow; then the report has its pictures among the text, its sources, and the
downloads.
"""

from collections.abc import Sequence
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.answer.answer import AnswerDrawer, draw_answer
from components.answer.background import draw_running
from components.answer.parts import draw_data, draw_lines, draw_part
from components.answer.problem import guarded
from components.answer.stream import follow
from components.markdown.literal import literal
from components.markdown.markdown import shown
from gemini.conversation import Turn
from gemini.format import counted, duration
from gemini.grounding import safe_link
from gemini.interactions.agents import agents, environment_id, is_plan
from gemini.interactions.request import is_agent
from gemini.interactions.timeline import TimelineEntry, is_report, timeline, times_of
from gemini.live_run import LiveRun
from gemini.request import Part
from gemini.run import Candidate, Run
from pages.agents.report import file_name, report_html, report_markdown, report_of
from pages.agents.state import PAGE, AgentsState

ICONS = {
    "thought": "psychology",
    "search": "search",
    "page": "article",
    "code": "terminal",
    "file": "draft",
    "tool": "build",
    "unknown": "help",
}
DOWNLOADS = (
    ("Markdown", "md", "text/markdown", report_markdown),
    ("HTML", "html", "text/html", report_html),
)
WIDTHS = [2, 5]  # of the steps and the report
MOST_STEPS = 60  # drawn at once: each costs the browser some milliseconds with every prompt
RUNNING_HEIGHT = 460  # pixels of the steps while there are more and more


def draw_turn_of_agent(state: AgentsState, turn: Turn, live: LiveRun | None) -> bool:
    """Draw the answer of an agent, as it comes or complete; False where no agent was asked."""
    run = turn.run
    if run is None or not is_agent(run.request.model):
        return False
    if live is not None:
        _follow(live)
    else:
        _draw(state, run, state.question_of(turn))
    return True


def _follow(live: LiveRun) -> None:
    """Draw both as they grow, until the run has ended."""
    with st.container(key=f"{PAGE}-live-{live.run.id}"):
        steps, report = st.columns(WIDTHS, gap="large")
        drawer = AgentDrawer(live, steps, report.container())
        follow(live, report.container(), drawer=lambda _: drawer)


def _draw(state: AgentsState, run: Run, question: str) -> None:
    """Draw both as they are. A plan, say, has come without any step."""
    for candidate in run.candidates[:1]:
        entries = timeline(candidate.parts, times_of(candidate))
        if not entries:
            _draw_report(run, candidate, question)
            return
        with st.container(key=f"{PAGE}-run-{run.id}"):
            steps, report = st.columns(WIDTHS, gap="large")
            with steps, st.container(key=f"{PAGE}-steps-{run.id}"):
                took = f" · {duration(run.timing.end)}" if run.timing.end else ""
                st.markdown(f"**{counted(len(entries), 'step')}**{took}")
                st.caption(_summary(entries))
                if environment := environment_id(run):
                    st.caption(f":material/deployed_code: Sandbox `{literal(environment)}`")
                shown_now = entries if run.id in state.unfolded else entries[:MOST_STEPS]
                for entry in shown_now:
                    draw_entry(entry)
                if rest := len(entries) - len(shown_now):
                    st.button(
                        f"{counted(rest, 'more step')}",
                        key=f"{PAGE}-all-{run.id}",
                        icon=":material/expand_more:",
                        type="tertiary",
                        on_click=state.unfolded.add,
                        args=(run.id,),
                    )
            with report:
                _draw_report(run, candidate, question)


def _draw_report(run: Run, candidate: Candidate, question: str) -> None:
    """Draw the answer itself, and the ways to take it away."""
    if not any(is_report(part) for part in candidate.parts):
        return
    if run.outcome == "done" and not is_plan(run.request):
        with st.container(horizontal=True, horizontal_alignment="right", gap="small"):
            for label, ending, mime_type, make in DOWNLOADS:
                st.download_button(
                    label,
                    partial(make, run, question),
                    file_name=f"{file_name(question)}.{ending}",
                    mime=mime_type,
                    key=f"{PAGE}-{ending}-{run.id}",
                    icon=":material/download:",
                    type="tertiary",
                    on_click="ignore",
                )
    draw_answer(run, report_of(candidate))


class AgentDrawer:
    """Draws what an agent does into one container, and what it writes into another.

    A `components.answer.stream.Drawer`.
    """

    thinking = False  # thoughts are steps here

    def __init__(self, live: LiveRun, steps: DeltaGenerator, report: DeltaGenerator) -> None:
        self._live = live
        self._head = steps.empty()
        self._running = steps.empty()
        self._steps = steps.container(
            height=RUNNING_HEIGHT, border=False, autoscroll=True, key=f"{PAGE}-steps-live"
        )
        self._now = report.empty()
        self._answer = AnswerDrawer(report, live=True)
        self._parts: list[Part] = []
        self._drawn: list[tuple[DeltaGenerator, TimelineEntry]] = []
        self._second, self._stopping = -1, None
        self._changed = self._between = self._writes = False
        self._doing = _doing(live.run)
        self._tell()

    @property
    def ready(self) -> bool:
        return self._answer.ready

    def add(self, part: Part) -> None:
        if not is_report(part):
            self._parts.append(part)
            self._changed = self._between = True
            return
        if not self._writes:
            self._now.empty()
        elif self._between and "text" in part:
            self._answer.add({"text": "\n\n"})
        self._writes = True
        self._between = False
        self._answer.add(part)

    def flush(self) -> bool:
        self._tell()
        if self._changed:
            self._draw_steps()
        return self._answer.flush()

    def thought_for(self, seconds: float | None) -> None:
        """Thoughts have their own times here."""

    def close(self) -> None:
        self._draw_steps()
        self._answer.close()

    def _tell(self) -> None:
        """Say how long it has been; once a second."""
        if self._stopping != self._live.stopping:
            self._stopping = self._live.stopping
            draw_running(self._live, self._running)
        if (second := int(self._live.elapsed)) != self._second:
            self._second = second
            self._head.markdown(f":shimmer[{self._doing}] · {_clock(second)}")

    def _show_now(self, entry: TimelineEntry) -> None:
        """Show what the agent thinks just now where its answer will be."""
        with self._now.container(border=True):
            st.markdown(f"**{literal(entry.title)}**")
            if entry.text and entry.title not in entry.text:
                st.markdown(shown(entry.text), anchors=False)

    def _draw_steps(self) -> None:
        """Draw the entries that are new or have changed."""
        self._changed = False
        times = times_of(self._live.run.candidate(0))
        entries = timeline(self._parts, times[: len(self._parts)])
        for number, entry in enumerate(entries):
            if number == len(self._drawn):
                self._drawn.append((self._steps.empty(), entry))
            elif self._drawn[number][1] == entry:
                continue
            place = self._drawn[number][0]
            if entry.kind == "thought" and not self._writes:
                self._show_now(entry)
            self._drawn[number] = place, entry
            draw_entry(entry, place)


def draw_entry(entry: TimelineEntry, place: DeltaGenerator | None = None) -> None:
    """Draw a step: one line, unfolded to what is known of it."""
    at = f" :gray[:small[{_clock(entry.at)}]]" if entry.at is not None else ""
    label = f":material/{ICONS[entry.kind]}: {literal(entry.title)}{at}"
    state = "error" if entry.failed else "complete"
    with guarded("This step", place), (place or st).status(label, state=state, type="step"):
        _draw_more(entry)


def _draw_more(entry: TimelineEntry) -> None:
    if entry.text and entry.kind == "search":
        st.markdown("  \n".join(literal(line) for line in entry.text.split("\n")))
    elif entry.text:
        st.markdown(shown(entry.text), anchors=False)
    for address in entry.links:
        link = safe_link(address)
        st.markdown(f"[{literal(address)}]({link})" if link else literal(address))
    if entry.code:
        draw_lines(st.container(), entry.code, entry.language)
    if entry.output:
        draw_lines(st.container(), entry.output, None)
    for picture in entry.pictures:
        draw_part(st.container(), picture)
    if entry.data:
        draw_data(st.container(), entry.data)


def _summary(entries: Sequence[TimelineEntry]) -> str:
    """How many of which: `3 searches · 5 pages · 2 files`."""
    words = {
        "search": ("search", "searches"),
        "page": ("page read", "pages read"),
        "code": ("code run", "code runs"),
        "file": ("file step", "file steps"),
        "thought": ("thought", "thoughts"),
    }
    counts = {kind: sum(entry.kind == kind for entry in entries) for kind in words}
    return " · ".join(counted(n, *words[kind]) for kind, n in counts.items() if n)


def _doing(run: Run) -> str:
    if is_plan(run.request):
        return "Planning"
    agent = agents().get(run.request.model)
    return "Researching" if agent and agent.kind == "deep-research" else "Working"


def _clock(seconds: float) -> str:
    """Seconds after the beginning as `1:05`."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
