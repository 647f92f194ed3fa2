"""Has the browser do, while nobody waits, what the first answer would make it do."""

import streamlit as st

HIDDEN = "<style>.st-key-preload { display: none }</style>"
CODE = "```python\nx = 1\n```\n\n$$x$$"
BLOCK = """## A heading

A paragraph with **strong words**, *others* and `code`, and with a [link](https://example.com): as
long as one in an answer, which goes on for more than a line.

- one thing
- another, **heavier** one
    - and what belongs to it

1. first
2. second

| name | value |
|---|---|
| one | `1` |
| two | 2 |

> quoted

"""
BLOCKS = 24  # half as many help half as much, twice as many no more


def preload() -> None:
    """Draw code, a formula and a long Markdown that nobody sees.

    The highlighter of code is 1.6 MB of script that would arrive in the middle of the first answer
    and freeze the page for 200 ms; what draws formulas takes the text away until it is there. And
    what draws Markdown is compiled by the browser the more often it runs: at the first answer that
    would take the processor away from the answer.
    """
    st.html(HIDDEN)
    # A pixel high, for the browser draws it before it has the code that takes in the style.
    with st.container(key="preload", height=1, border=False):
        st.markdown(CODE)
        st.markdown(BLOCK * BLOCKS, anchors=False)
