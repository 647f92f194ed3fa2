"""Does before anybody waits for it what a first prompt would pay for, here and in the browser."""

import gc
import threading
from pathlib import Path

import streamlit as st
from google.genai import types

from components.browser_component import browser_component
from components.connection import connection_of_process, usable_connection
from components.history import keeps_history
from components.markdown.markdown import shown
from gemini.api.connect import Connection, Target
from gemini.codegen.target import sent_call
from gemini.interactions.sdk_models import build_event_models

IDLE = Path(__file__).with_name("idle.js")
PRELOADED = "preloaded"
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


def warm_up() -> None:
    """Import the SDK's parts, build its validators, open the shared client and the history."""
    types.GenerateContentConfig.model_validate({"temperature": 1})
    types.Content.model_validate({"role": "user", "parts": [{"text": "warm"}]})
    types.GenerateContentResponse.model_validate(
        {"candidates": [{"content": {"role": "model", "parts": [{"text": "up"}]}}]}
    )
    build_event_models()
    prompt = {"model": "m", "input": "warm", "stream": True}
    sent_call("interactions.create", prompt, Target("gemini"))  # to nobody
    shown("**warm** `up`")
    connection_of_process()
    keeps_history()
    gc.collect()
    gc.freeze()  # what is there now stays: the collector need not look at it again


def _import_interactions(connection: Connection | None, _problem: object) -> None:
    """Import what asks the Interactions API, which takes the SDK two seconds at the first use.

    Not in `warm_up`: the start would take as much longer, for an API that not everyone uses.
    """
    if connection is not None:
        _ = connection.client.aio.interactions


@st.fragment
def preload() -> None:
    """Draw code, a formula and a long Markdown once the browser is idle, in a place nobody sees.

    The highlighter of code is 1.6 MB of script that would arrive in the middle of the first answer
    and freeze the page for 200 ms; what draws formulas takes the text away until it is there. And
    what draws Markdown is compiled by the browser the more often it runs: at the first answer that
    would take the processor away from the answer. None of it is to keep a page from being ready.
    """
    if st.session_state.get(PRELOADED):
        return
    if browser_component("idle", IDLE)(key="idle", height=0, on_idle_change=lambda: None).idle:
        st.session_state[PRELOADED] = True
        threading.Thread(target=_import_interactions, args=usable_connection(), daemon=True).start()
        st.markdown(CODE)
        st.markdown(BLOCK * BLOCKS, anchors=False)
