"""The saved prompts: the list, and the one that is open with the form that asks for variables."""

import json

import streamlit as st

from components.answer.parts import draw_blob
from components.keyboard import RUN
from components.markdown.literal import literal
from components.notices import notices
from components.samples import draw_sample_buttons
from gemini.history.sharing import SharingError, from_json
from gemini.history.store import HistoryStore
from gemini.request import GENERATE_CONTENT, to_jsonable
from gemini.template import no_variables, texts, variables
from pages.prompts.actions import draw_new
from pages.prompts.state import PAGE, OpenPrompt, PromptsState

CHOICE = "prompts-choice"  # session state: the name in the list
MOST_TEXTS = 50  # drawn
MOST_NAMED = 5  # of what isn't a variable
MOST_VARIABLES = 50  # asked for
HIGHEST = 320  # pixels of the texts, the rest is scrolled to


def draw_library(state: PromptsState, history: HistoryStore | None) -> None:
    """Draw the choice among the saved prompts, and the way to open one from a file."""
    saved = history.preset_names() if history else {}
    st.session_state[CHOICE] = state.saved_name if state.saved_name in saved else None

    def open_chosen() -> None:
        name = st.session_state[CHOICE]
        state.leave_address()
        if history is not None and name is not None:
            state.open_saved(history, name)
        else:
            state.open(None)

    st.selectbox(
        "Prompt",
        list(saved),
        key=CHOICE,
        placeholder="Choose one" if saved else "None saved yet",
        disabled=not saved,
        on_change=open_chosen,
    )
    with st.container(horizontal=True):
        if history is not None:
            draw_new(state, history)
        with st.popover("Open a file", icon=":material/upload_file:", type="tertiary"):
            key = f"prompts-file-{state.number}"
            st.file_uploader(
                "A prompt that was shared as a file",
                "json",
                key=key,
                on_change=lambda: _open_file(state, key),
            )


def draw_samples(state: PromptsState) -> None:
    """Draw the samples while no prompt is open."""
    draw_sample_buttons(PAGE, state.open_sample)


def draw_prompt(state: PromptsState, prompt: OpenPrompt) -> None:
    """Draw the prompt that is open: what it says, what it asks for, and its answer."""
    untitled = "From History" if prompt.origin == "run" else "Untitled"
    st.header(literal(prompt.name) or untitled, anchor=False)
    _draw_origin(prompt)
    long = _is_long(prompt)
    with st.container(border=long, height=HIGHEST if long else "content"):
        prompt_texts = texts(prompt.template)
        for where, text in prompt_texts[:MOST_TEXTS]:
            if where != "user" or len(prompt.template.contents) > 1:
                st.caption(where.capitalize())
            st.code(text, language=None, wrap_lines=True)
        if len(prompt_texts) > MOST_TEXTS:
            st.caption(f"And {len(prompt_texts) - MOST_TEXTS:,} more texts.")
        for content in prompt.template.contents:
            for part in content.get("parts") or ():
                if blob := part.get("inline_data"):
                    draw_blob(st.container(width=320), blob)
    config = {k: v for k, v in prompt.template.config.items() if k != "system_instruction"}
    if config:
        with st.expander("Settings", icon=":material/tune:", type="compact"):
            st.code(json.dumps(to_jsonable(config), indent=2, ensure_ascii=False), language="json")
    _draw_form(state, prompt)


def _draw_origin(prompt: OpenPrompt) -> None:
    """Where it comes from, and what one should know of that."""
    model = literal(prompt.template.model)
    if prompt.template.method != GENERATE_CONTENT:
        model += f" ({literal(prompt.template.method)})"
    if prompt.origin == "saved":
        older = " (an older one)" if prompt.version < prompt.versions else ""
        version = f"version {prompt.version} of {prompt.versions}{older}"
        st.caption(f"{model} · {version} · saved from {literal(prompt.page)}")
    elif prompt.origin == "run":
        st.caption(f"{model} · as it was sent, with its variables filled in")
    elif prompt.origin == "shared":
        st.info(
            f"Someone shared this prompt for {model}. Read it before you run it: it is sent with "
            "the key in use here, and nothing has been sent yet.",
            icon=":material/share:",
        )
    if odd := no_variables(prompt.template):
        names = ", ".join(f"`{{{{{name}}}}}`" for name in odd[:MOST_NAMED] if "`" not in name)
        st.caption(
            f":material/info: Sent as typed: {names}. A variable's name has letters, digits, "
            "spaces, _ and -, and begins with a letter or digit."
        )
    if prompt.left_out:
        files = "file was" if prompt.left_out == 1 else "files were"
        st.caption(
            f":material/attach_file_off: {prompt.left_out} {files} left out when it was shared: "
            "media aren't shared."
        )


def _draw_form(state: PromptsState, prompt: OpenPrompt) -> None:
    """Ask for the variables, and run."""
    names = variables(prompt.template)
    if len(names) > MOST_VARIABLES:
        st.warning(
            f"This prompt has {len(names):,} variables. A form for more than {MOST_VARIABLES} "
            "isn't shown: split the prompt, or send it as a table on Batches.",
            icon=":material/warning:",
        )
        return
    key = f"prompts-{state.number}"
    said = notices(key)

    def run() -> None:
        values = {name: st.session_state[f"{key}-value-{name}"] for name in names}
        sidebar = bool(st.session_state.get(f"{key}-sidebar"))
        if missing := state.ask(values, sidebar=sidebar):
            said.say(f"Fill in {', '.join(missing)} first. Nothing was sent.", "warning")

    for name in names:
        st.text_area(
            name,
            prompt.values.get(name, ""),
            key=f"{key}-value-{name}",
            height="content",
            persist_state="session",  # another page is looked at meanwhile
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Run",
            key=f"{key}-run",
            type="primary",
            icon=":material/play_arrow:",
            shortcut=RUN,
            on_click=run,
        )
        if prompt.template.generates:
            st.toggle(
                "With the sidebar's model and settings",
                key=f"{key}-sidebar",
                persist_state="session",
            )
    said.draw()


def _open_file(state: PromptsState, key: str) -> None:
    file = st.session_state.get(key)
    if file is None:
        return
    try:
        state.open_shared(from_json(json.loads(file.getvalue())))
        state.leave_address()
    except SharingError as error:
        state.complaint = f"This file can't be opened: {error}."
    except (ValueError, RecursionError):
        state.complaint = "This file can't be opened: it isn't JSON."


def _is_long(prompt: OpenPrompt) -> bool:
    return sum(text.count("\n") + len(text) // 80 + 3 for _, text in texts(prompt.template)) > 16
