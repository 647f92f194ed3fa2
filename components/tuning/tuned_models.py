"""The tuned models of this key or project: listed on demand, used at a click."""

import streamlit as st

from components.answers.markdown import shown
from components.calls import call, draw_call
from components.settings.run_settings import current_settings, use_model
from gemini.call import Call
from gemini.connect import Connection
from gemini.tuned import Tuned, listing, tuned_of

LISTED = "models-tuned"  # session state: the calls that listed them, and for which connection


def draw_tuned(via: Connection) -> None:
    """Draw the tuned models, and the call that lists them when somebody wants to see them."""
    calls = _calls(via)
    if not calls:
        st.button("List tuned models", icon=":material/tune:", on_click=_list, args=(via, None))
        return
    models = [one for made in calls for one in tuned_of(made.response or [])]
    for one in models:
        _draw_one(one)
    last = calls[-1]
    if not models and not last.problem:
        st.caption("There are none under this key or project.")
    draw_call(last, "models-tuned")
    with st.container(horizontal=True, gap="small"):
        if last.next_page_token:
            st.button("Show more", on_click=_list, args=(via, last.next_page_token))
        st.button(
            "Refresh", icon=":material/refresh:", type="tertiary", on_click=_list, args=(via, None)
        )


def _draw_one(one: Tuned) -> None:
    about = [one.base_model, one.state.removeprefix("JOB_STATE_").lower()]
    about += [f"{one.created:%d %b %Y}"] if one.created else []
    used = current_settings().model.name == one.name
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        facts = " · ".join(shown(fact) for fact in about if fact)
        st.markdown(f"**{shown(one.title)}**  \n:small[:gray[{facts}]]", width="stretch")
        st.button(
            "In use" if used else "Use for this session",
            key=f"models-tuned-{one.name or one.title}",
            disabled=used or not one.name,
            on_click=use_model,
            args=(one.name,),
        )


def _calls(via: Connection) -> list[Call]:
    listed = st.session_state.get(LISTED)
    return listed[1] if listed and listed[0] == via.id else []


def _list(via: Connection, page_token: str | None) -> None:
    """List them anew, or the next page of them."""
    before = _calls(via) if page_token else []
    made = call(*listing(via.target.backend, page_token))
    st.session_state[LISTED] = (via.id, [*before, made])
