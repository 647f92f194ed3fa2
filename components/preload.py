"""Has the browser fetch, while nobody waits, what the first answer would make it fetch."""

import streamlit as st

HIDDEN = "<style>.st-key-preload { display: none }</style>"
SAMPLE = "```python\nx = 1\n```"


def preload() -> None:
    """Draw a block of code that nobody sees: the highlighter is 1.6 MB of script.

    It would arrive in the middle of the first answer with code, and freeze the page for 200 ms.
    """
    st.html(HIDDEN)
    with st.container(key="preload"):
        st.markdown(SAMPLE)
