"""The list of faults, the chosen one with its code, and what came of trying it."""

from functools import partial
from pathlib import Path

import streamlit as st

from components import session
from components.answer.in_view import in_view
from components.answer.inspector import draw_inspector
from components.pieces import draw_tabs
from components.samples import FOLDER, samples
from gemini.api.faults import FAULT_HEADER, KnownFault
from gemini.format import counted
from gemini.request import text_of
from gemini.run import Run
from pages.faults.state import PAGE, FaultsState

KINDS = {"error": "The API refuses", "answer": "The answer is unusable", "wire": "The connection"}
LANGUAGES = {"Python": ("py", "python"), "JavaScript": ("mjs", "javascript")}


def draw_choice(state: FaultsState, known: list[KnownFault]) -> KnownFault:
    """Draw the faults by their kind; the one that is chosen."""
    by_name = {fault.name: fault for fault in sorted(known, key=lambda f: [*KINDS].index(f.kind))}
    if state.chosen not in by_name:
        state.chosen = next(iter(by_name))
    with st.container(key="faults-list"):
        st.radio(
            "Fault",
            list(by_name),
            format_func=lambda name: by_name[name].title,
            **session.bound_field(state, "chosen", PAGE, "index", list(by_name)),
        )
    return by_name[state.chosen]


def draw_fault(state: FaultsState, fault: KnownFault) -> None:
    """Draw what an app sees of a fault, what it should do, and the two buttons."""
    st.header(fault.title, anchor=False)
    st.markdown(f"**What your app sees.** {fault.sees}")
    st.markdown(f"**What to do.** {fault.do} [Google's documentation]({fault.source})")
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Try it here",
            key="faults-try",
            type="primary",
            icon=":material/play_arrow:",
            on_click=state.try_here,
            args=(fault,),
        )
        st.button(
            "Use it for my next request",
            key="faults-arm",
            icon=":material/bug_report:",
            help="On any page, once, in this session.",
            on_click=state.arm,
            args=(fault,),
        )


def draw_programs(fault: KnownFault) -> None:
    """Draw the code that handles a fault, and how a program of one's own gets it."""
    with st.expander("Code that handles it", icon=":material/code:"):
        draw_code(fault)
    with st.expander("Use it with your own program", icon=":material/terminal:"):
        draw_own_program(fault)


def draw_code(fault: KnownFault) -> None:
    """Draw the programs that handle a fault; the tests run them with it."""
    name = samples(PAGE)["handled_by"].get(fault.name)
    if name is None:
        st.caption("There is no code for this one yet.")
        return
    tabs = {
        language: partial(_draw_file, FOLDER / "faults" / f"{name}.{suffix}", shown_as)
        for language, (suffix, shown_as) in LANGUAGES.items()
    }
    draw_tabs("faults-code", tabs)


def _draw_file(path: Path, language: str) -> None:
    st.code(path.read_text(encoding="utf-8"), language=language)


def draw_own_program(fault: KnownFault) -> None:
    """Draw how a program of one's own gets the fault from the emulator."""
    st.markdown("Start an emulator whose next request gets it, and point your SDK at it:")
    st.code(
        f"python -m emulator --port 8642 --fault {fault.name}\n"
        "export GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:8642",
        language="bash",
    )
    st.markdown("Or send one request with this header:")
    st.code(f"{FAULT_HEADER}: {fault.name}", language=None)


def draw_result(state: FaultsState, known: list[KnownFault]) -> None:
    """Draw the request that was tried last: how the playground handled it, and the wire."""
    page_run = state.page_run
    if page_run.live is None:
        return
    run = page_run.live.run
    tried = next((fault.title for fault in known if fault.name == state.tried), "")
    with in_view(run.id):
        st.subheader(f"What happened: {tried}" if tried else "What happened", anchor=False)
        handled = st.empty()
        page_run.draw_here(page_run.live)  # comes back once the answer has ended
        handled.caption(_handled(run))
        if not run.candidates and run.exchanges:
            draw_inspector(run, PAGE)


def _handled(run: Run) -> str:
    """How the playground handled it, in a line."""
    sent = f"The playground sent {counted(len(run.exchanges), 'request')}"
    characters = len(text_of(run.candidates[0].parts)) if run.candidates else 0
    if not characters:
        return f"{sent}. No text arrived."
    return f"{sent} and kept the {counted(characters, 'character')} that arrived."
