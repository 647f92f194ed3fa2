"""Does once, before anybody waits for it, what the first prompt of a process would pay for."""

import gc

from google.genai import types

from components.connection import connection_of_process
from components.history import keeps_history
from components.markdown.markdown import shown


def warm_up() -> None:
    """Import the SDK's parts, build its validators, open the shared client and the history."""
    types.GenerateContentConfig.model_validate({"temperature": 1})
    types.Content.model_validate({"role": "user", "parts": [{"text": "warm"}]})
    types.GenerateContentResponse.model_validate(
        {"candidates": [{"content": {"role": "model", "parts": [{"text": "up"}]}}]}
    )
    shown("**warm** `up`")
    connection_of_process()
    keeps_history()
    gc.collect()
    gc.freeze()  # what is there now stays: the collector need not look at it again
