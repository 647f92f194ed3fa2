"""The question before something is deleted."""

from collections.abc import Callable

import streamlit as st


def draw_deletion(
    key: str, consequence: str, *, delete: Callable[[], None], keep: Callable[[], None]
) -> None:
    """Say what the deletion brings with it; the two buttons call `delete` or `keep`."""
    st.warning(consequence, icon=":material/warning:")
    with st.container(horizontal=True, gap="small"):
        st.button("Delete it", key=f"{key}-delete", type="primary", on_click=delete)
        st.button("Cancel", key=f"{key}-keep", type="tertiary", on_click=keep)
