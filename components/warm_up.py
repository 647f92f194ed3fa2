"""Does before anybody waits for it what a first prompt would pay for, here and in the browser."""

import threading
import time
from pathlib import Path

import streamlit as st
from google.genai import types

from components.browser_component import browser_component
from components.connection import connection_of_process, usable_connection
from components.history import keeps_history
from components.session import state
from components.static_files import scripts
from gemini.api.connect import Target
from gemini.api.sdk_models import build_event_models
from gemini.codegen.target import sent_call

BEGAN = "began"  # session state
IDLE = Path(__file__).with_name("idle.js")
IMPORTS_AFTER = 2.0  # seconds after the first page
FOR_ANSWERS = ("StreamlitSyntaxHighlighter", "rehype-katex")
_importing = threading.Event()
PRELOADED_WITHIN = 10.0  # seconds after a session's begin
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
    connection_of_process()
    keeps_history()


def _begin_imports() -> None:
    """Import what asks the Interactions API, which takes the SDK two seconds at the first use.

    Once, with the first connection there is, and not in `warm_up`: the start would take as much
    longer, for an API that not everyone uses.
    """
    if _importing.is_set():
        return
    connection, _ = usable_connection()
    if connection is not None:
        _importing.set()
        client = connection.client
        later = threading.Timer(IMPORTS_AFTER, lambda: client.aio.interactions)
        later.daemon = True
        later.start()


def preload() -> None:
    """Have the browser load what draws code and formulas, and draw Markdown, once it is idle.

    The highlighter of code is 1.6 MB of script that would arrive in the middle of the first answer
    and freeze the page for 200 ms; what draws formulas takes the text away until it is there. And
    what draws Markdown is compiled by the browser the more often it runs: a first long answer
    would take 80 ms more. None of it is to keep a page from being ready, so the Markdown is in a
    popover, which the browser draws when it is opened; `idle.js` does that. Call it in a place
    that nobody sees.
    """
    browser_component("idle", IDLE)(key="idle", height=0, data={"scripts": scripts(FOR_ANSWERS)})
    _begin_imports()
    if time.monotonic() - state(BEGAN, time.monotonic) < PRELOADED_WITHIN:
        with st.popover("Preload"), st.container(key="preload"):
            st.markdown(CODE)
            st.markdown(BLOCK * BLOCKS, anchors=False)
