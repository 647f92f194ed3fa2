"""The tuning that is followed: its state, the way to end it, and the way to its model."""

import streamlit as st

from components.markdown.literal import literal
from components.settings.run_settings import current_settings, use_model
from gemini.resources.tunings import Tuning
from pages.tuning.state import PARAMETER, TuningState

NO_SUCH = (
    "You started no tuning of this name here. This server's key is shared, so tunings of others "
    "can't be looked up."
)


def draw_followed(state: TuningState, *, vertex: bool) -> None:
    """Draw the field for a name, and the tuning of the page's address."""
    named = st.query_params.get(PARAMETER, "")
    if named and not state.followed:  # the page was reloaded
        state.follow(named)
    if state.tuning is not None:
        st.query_params[PARAMETER] = state.followed
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(
            "Name of a tuning job" if vertex else "Name of a tuned model",
            key="tuning-name",
            placeholder="projects/.../tuningJobs/..." if vertex else "tunedModels/...",
            persist_state="session",
        )
        # Never disabled, and read at the click: a name that is typed just before it counts.
        st.button("Look up", key="tuning-look", icon=":material/search:",
                  on_click=lambda: state.follow(st.session_state["tuning-name"]))  # fmt: skip
    if state.refused:
        st.info(NO_SUCH, icon=":material/info:")
    if state.tuning is not None:
        _draw_tuning(state, state.tuning)


def _draw_tuning(state: TuningState, tuning: Tuning) -> None:
    with st.container(border=True):
        words = tuning.state.replace("_", " ").lower() or "state unknown"
        st.markdown(f"**{literal(tuning.name)}**  \n{literal(words)}")
        facts = [tuning.base_model]
        facts += [f"started {tuning.created:%d %b %Y %H:%M} UTC"] if tuning.created else []
        facts += [f"ended {tuning.ended:%d %b %Y %H:%M} UTC"] if tuning.ended else []
        st.caption(" · ".join(literal(fact) for fact in facts if fact))
        if tuning.error:
            st.error(literal(tuning.error), icon=":material/error:")
        with st.container(horizontal=True, gap="small"):
            st.button("Check again", key="tuning-again", icon=":material/refresh:",
                      on_click=state.follow, args=(tuning.name,))  # fmt: skip
            if tuning.is_open:
                st.button("Cancel", key="tuning-cancel", icon=":material/cancel:",
                          on_click=state.cancel, args=(tuning.name,))  # fmt: skip
            if tuning.model and not tuning.is_open:
                used = current_settings().model.name == tuning.model
                st.button(
                    "In use" if used else "Use the tuned model",
                    key="tuning-use",
                    type="primary",
                    icon=":material/check:" if used else ":material/arrow_forward:",
                    disabled=used,
                    on_click=use_model,
                    args=(tuning.model,),
                )
