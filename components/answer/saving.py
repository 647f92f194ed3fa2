"""Saves the request of a run as a prompt of one's own, from under any answer."""

from urllib.parse import urlsplit

import streamlit as st

from components.history import current_history, history_trouble, saying_failure
from components.notices import Notices, notices
from gemini.history.presets import NameTakenError
from gemini.history.sharing import LONGEST_NAME
from gemini.history.store import HistoryStore
from gemini.request import Request
from gemini.run import Run
from gemini.template import texts, variables, with_texts

LONGEST_DEFAULT = 60  # characters of the prompt that make its first name


def draw_save(run: Run) -> None:
    """Draw a quiet way to save a run's request; nothing where nothing can be kept."""
    history = current_history()
    if history is None or history_trouble():
        return
    key = f"save-{run.id}"
    with st.popover(
        "Save as prompt",
        icon=":material/bookmark_add:",
        type="tertiary",
        key=key,
        on_change="rerun",
    ) as place:
        if place.open:
            _draw_form(history, run.request, key)


def _draw_form(history: HistoryStore, request: Request, key: str) -> None:
    """The name, and the text that was asked last, to put variables into."""
    prompts = [text for where, text in texts(request) if where == "user"]
    last = prompts[-1] if prompts else ""
    said = notices(key)

    def save() -> None:
        name, text = st.session_state[f"{key}-name"], st.session_state[f"{key}-text"]
        _save(history, _with_last(request, text) if prompts else request, name.strip(), said)

    # No form: what is typed in one would be gone with a click beside the popover.
    st.text_input(
        "Name",
        " ".join(last.split())[:LONGEST_DEFAULT],
        key=f"{key}-name",
        persist_state="session",
    )
    st.text_area(
        "Prompt",
        last,
        key=f"{key}-text",
        help="Write `{{name}}` for anything that changes from run to run.",
        disabled=not prompts,
        persist_state="session",
    )
    st.caption("It's saved with its model, settings and media.")
    st.button("Save", key=f"{key}-save", type="primary", on_click=saying_failure(save))
    said.draw()


def _with_last(request: Request, text: str) -> Request:
    """The request with another text in the place of what the user said last."""
    all_texts = texts(request)
    last = max(n for n, (where, _) in enumerate(all_texts) if where == "user")
    return with_texts(request, [text if n == last else old for n, (_, old) in enumerate(all_texts)])


def _save(history: HistoryStore, template: Request, name: str, said: Notices) -> None:
    if not name:
        said.say("Give it a name.", "warning")
        return
    try:
        version = history.save_preset(name[:LONGEST_NAME], page_name(), template)
    except NameTakenError as error:
        said.say(f"{error}. Choose another one.", "warning")
        return
    asks = variables(template)
    about = f", which asks for {', '.join(asks)}" if asks else ""
    again = f" as version {version}" if version > 1 else ""
    said.say(f"Saved{again}{about}: see Saved prompts.", "success")


def page_name() -> str:
    """The address of the page on the screen, without its server."""
    path = urlsplit(st.context.url or "").path.strip("/")
    return path.rpartition("/")[2] or "chat"
