"""The name of a batch, and the button that sends it."""

import streamlit as st

from pages.batches.draft import BatchDraft


def draw_send(draft: BatchDraft, what: str, *, ready: bool) -> None:
    """Draw them; `what` is how much goes, such as "20 rows", `ready` whether it can go."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input("Display name", key="batch-title", placeholder="A name to recognize it by",
                      persist_state="session")  # fmt: skip
        st.button(
            f"Send {what}",
            key="batch-send",
            type="primary",
            icon=":material/send:",
            disabled=not ready or draft.uploads is not None,
            on_click=draft.submit,
        )
