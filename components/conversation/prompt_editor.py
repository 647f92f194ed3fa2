"""A prompt as a large text field, with the tokens it will take counted before it is sent."""

from collections.abc import Callable

import streamlit as st

from components.connection import current_connection
from components.counting import draw_counting
from components.settings.run_settings import current_settings
from gemini.api.call import ApiCall
from gemini.models.tokens import begin_count
from gemini.request import Content, Part


def draw_prompt_editor(
    key: str,
    text: str,
    contents: Callable[[list[Part]], list[Content]],
    send: Callable[[str], object],
    cancel: Callable[[], None] | None = None,
) -> None:
    """Draw the field, the count, and Send.

    The count is taken when the field is left. `contents` makes what would be sent along from the
    prompt's parts. What is typed is kept until it is sent or given up.
    """

    def close(then: Callable[[], object]) -> None:
        then()
        st.session_state.pop(key, None)

    def submit() -> None:
        if st.session_state[key].strip():
            close(lambda: send(st.session_state[key]))

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
            on_click=submit,  # never disabled: the click that leaves the field would be lost
        )
        if cancel is not None:
            st.button("Cancel", key=f"{key}-cancel", on_click=close, args=(cancel,))
        if written.strip():
            _draw_count(f"{key}-count", contents([{"text": written}]))


def _draw_count(key: str, contents: list[Content]) -> None:
    """Draw how many tokens would be sent, against what the model reads."""
    settings, connection = current_settings(), current_connection()
    if connection is None:
        return
    instruction = settings.values.get("system_instruction")
    what = (connection.id, settings.model.name, instruction, contents)
    before, count = st.session_state.get(key, (None, None))
    if count is None or before != what:
        count = begin_count(connection, settings.model.name, contents, instruction)
        st.session_state[key] = what, count
    if call := count.call:
        st.caption(_counted(call), width="content")
    else:
        draw_counting(count)


def _counted(call: ApiCall) -> str:
    if call.problem:  # whatever it is: the count is a courtesy, Send will explain
        return "The tokens couldn't be counted"
    count, limit = call.response.total_tokens or 0, current_settings().model.input_token_limit
    over = ", more than the model reads" if limit and count > limit else ""
    return f"{count:,}{f' of {limit:,}' if limit else ''} tokens would be sent{over}"
