"""A prompt as a large text field, with the tokens it will take counted before it is sent."""

from collections.abc import Callable

import streamlit as st

from components.client import connection
from components.settings.run_settings import current_settings
from gemini.request import Content, Part
from gemini.tokens import TokenCounter


@st.cache_resource(show_spinner=False)
def _counter() -> TokenCounter:
    """One for all sessions: a prompt that was counted isn't counted again."""
    return TokenCounter()


def draw_prompt_editor(
    key: str,
    text: str,
    contents: Callable[[list[Part]], list[Content]],
    send: Callable[[str], None],
    cancel: Callable[[], None] | None = None,
) -> None:
    """Draw the field, the count, and Send.

    The count is taken when the field is left. `contents` makes what would be sent along from the
    prompt's parts. What is typed is kept until it is sent or given up.
    """

    def close(then: Callable[[], None]) -> None:
        then()
        st.session_state.pop(key, None)

    written = st.text_area(
        "Prompt",
        text,
        key=key,
        label_visibility="collapsed",
        height=200,
        placeholder="Prompt",
        persist_state="session",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Send",
            key=f"{key}-send",
            type="primary",
            icon=":material/send:",
            disabled=not written.strip(),
            on_click=lambda: close(lambda: send(st.session_state[key])),
        )
        if cancel is not None:
            st.button("Cancel", key=f"{key}-cancel", on_click=close, args=(cancel,))
        if written.strip():
            st.caption(_count(contents([{"text": written}])), width="content")


def _count(contents: list[Content]) -> str:
    """How many tokens would be sent, in words, against what the model reads."""
    settings, via = current_settings(), connection()
    if via is None:
        return ""
    try:
        instruction = settings.values.get("system_instruction")
        count = _counter().count(
            via.client, settings.model.name, contents, system_instruction=instruction
        )
    except Exception:  # whatever it is: the count is a courtesy, Send will explain
        return "The tokens could not be counted just now"
    limit = settings.model.input_token_limit
    over = ", more than the model reads" if limit and count > limit else ""
    return f"{count:,}{f' of {limit:,}' if limit else ''} tokens would be sent{over}"
