"""What can be done with a saved prompt: edited, looked at in its versions, shared, renamed."""

import json
from collections.abc import Callable

import streamlit as st

from components.history import failing_said, saying_failure
from components.library import version_words
from components.markdown.literal import literal
from components.navigation import link_here
from components.notices import notices
from components.people import audit, has_team, may_remove, team_library
from components.settings.run_settings import current_settings
from gemini.history.presets import PROMPT, NameTakenError, kind_of
from gemini.history.sharing import LONGEST_NAME, SharingError, for_sharing, to_json, to_link
from gemini.history.store import HistoryStore
from gemini.request import Request
from gemini.template import texts, with_texts
from pages.prompts.state import PAGE, PARAMETER, OpenPrompt, PromptsState

VARIABLES = "`{{name}}` is a variable that you fill in each time."
MOST_FIELDS = 50  # of an edited prompt
HIGHEST = 420  # pixels of the fields of a long prompt


def draw_actions(state: PromptsState, history: HistoryStore | None, prompt: OpenPrompt) -> None:
    """Draw the actions for the prompt that is open."""
    saved = prompt.origin == "saved"
    with st.container(horizontal=True, vertical_alignment="center"):
        if history is not None and not saved:
            _popover(state, "Save", "bookmark_add", lambda: _draw_save(state, history, prompt))
        if history is not None and saved:
            _popover(state, "Edit", "edit_note", lambda: _draw_edit(state, history, prompt))
            _popover(state, "Versions", "history", lambda: _draw_versions(state, history, prompt))
        _popover(state, "Share", "share", lambda: _draw_share(prompt))
        if saved and not state.team and has_team():
            _popover(state, "Copy to the team", "group_add", lambda: _draw_copy(state, prompt))
        if history is not None and saved and may_remove(team=state.team):
            _popover(state, "Rename", "edit", lambda: _draw_rename(state, history, prompt))
            _popover(state, "Delete", "delete", lambda: _draw_delete(state, history, prompt))
        st.button(
            "Close",
            key=f"prompts-{state.number}-close",
            icon=":material/close:",
            type="tertiary",
            on_click=state.close,
        )


def draw_new(state: PromptsState, history: HistoryStore) -> None:
    """Draw the way to write a prompt from nothing: a name, an instruction, the words."""
    _popover(state, "New prompt", "add", lambda: _draw_new(state, history))


def _draw_new(state: PromptsState, history: HistoryStore) -> None:
    """No form: what is typed in one would be gone with a click beside the popover."""
    key = f"prompts-{state.number}-new"
    said = notices(key)

    def save() -> None:
        name, instruction, text = (
            st.session_state[f"{key}-{each}"] for each in ("name", "instruction", "text")
        )
        name = name.strip()
        if not (name and text.strip()):
            said.say("Add a name and a prompt.", "warning")
        elif name in history.preset_names():
            said.say(f"There is a prompt called {name} already.", "warning")
        else:
            config = {"system_instruction": instruction} if instruction.strip() else {}
            contents = [{"role": "user", "parts": [{"text": text}]}]
            template = Request(current_settings().model.name, contents, config)
            _keep(state, history, name, PAGE, template)

    with st.container(width=520):
        st.text_input("Name", key=f"{key}-name", persist_state="session")
        st.text_area(
            "System instruction",
            key=f"{key}-instruction",
            height="content",
            persist_state="session",
        )
        st.text_area("Prompt", key=f"{key}-text", persist_state="session")
        st.caption(VARIABLES)
        st.button("Save", key=f"{key}-save", type="primary", on_click=saying_failure(save))
    said.draw()


def _popover(state: PromptsState, label: str, icon: str, draw: Callable[[], None]) -> None:
    """A popover whose content is made when it is opened, and new for each prompt."""
    with st.popover(
        label,
        icon=f":material/{icon}:",
        type="tertiary",
        key=f"prompts-{state.number}-{label}",
        on_change="rerun",
    ) as place:
        if place.open:
            draw()


def _draw_save(state: PromptsState, history: HistoryStore, prompt: OpenPrompt) -> None:
    """Ask for its name. Where one of that name is there, it becomes that one's next version."""
    with st.form(key=f"prompts-{state.number}-save", border=False):
        name = st.text_input("Name", prompt.name, key=f"prompts-{state.number}-save-name").strip()
        st.caption("If you have a prompt with this name, it's saved as the next version.")
        label = "Save to the team's" if state.team else "Save to my prompts"
        if (
            st.form_submit_button(label, type="primary", key=f"prompts-{state.number}-save-as")
            and name
        ):
            _keep(state, history, name, prompt.page, prompt.template)
            st.rerun()


def _draw_edit(state: PromptsState, history: HistoryStore, prompt: OpenPrompt) -> None:
    """A field for each text. What is saved is a new version; those before it stay."""
    prompt_texts, key = texts(prompt.template), f"prompts-{state.number}-text"
    if len(prompt_texts) > MOST_FIELDS:
        st.caption(f"It has {len(prompt_texts):,} texts, too many to edit here.")
        return

    def save() -> None:
        changed = [st.session_state[f"{key}-{number}"] for number in range(len(prompt_texts))]
        template = with_texts(prompt.template, changed)
        _keep(state, history, prompt.name, prompt.page, template)

    with st.container(width=520):
        with st.container(height=HIGHEST if len(prompt_texts) > 2 else "content", border=False):
            for number, (where, text) in enumerate(prompt_texts):
                st.text_area(
                    where.capitalize() if where != "user" else "Prompt",
                    text,
                    key=f"{key}-{number}",
                    persist_state="session",
                )
        st.caption(VARIABLES)
        st.button(
            "Save as a new version",
            key=f"{key}-save",
            type="primary",
            on_click=saying_failure(save),
        )


def _draw_versions(state: PromptsState, history: HistoryStore, prompt: OpenPrompt) -> None:
    prompt_texts = {preset.version: preset for preset in history.preset_versions(prompt.name)}
    key = f"prompts-{state.number}-version"

    def show() -> None:
        with failing_said():
            state.open_saved(history, prompt.name, st.session_state[key])

    st.radio(
        "Versions",
        list(prompt_texts),
        index=list(prompt_texts).index(prompt.version) if prompt.version in prompt_texts else 0,
        key=key,
        format_func=lambda v: literal(version_words(prompt_texts[v])),
        on_change=show,
    )
    older = prompt.version < prompt.versions
    if older and st.button("Restore this version", icon=":material/settings_backup_restore:"):
        _keep(state, history, prompt.name, prompt.page, prompt.template)
        st.rerun()


def _draw_copy(state: PromptsState, prompt: OpenPrompt) -> None:
    """Ask for the name that the team's copy gets; of a prompt of that name it is a version."""
    with st.form(key=f"prompts-{state.number}-copy", border=False):
        name = st.text_input("Name", prompt.name, key=f"prompts-{state.number}-copy-name")
        st.caption("If the team has a prompt with this name, it's saved as the next version.")
        clicked = st.form_submit_button("Save to the team's", type="primary")
    team = team_library()
    if clicked and name.strip() and team is not None:
        name = name.strip()[:LONGEST_NAME]
        team.save_preset(name, prompt.page, prompt.template)
        audit("Team prompt saved", name)
        st.success("The team has it now.", icon=":material/check:")


def _draw_share(prompt: OpenPrompt) -> None:
    shared = for_sharing(prompt.name, prompt.page, prompt.template)
    st.download_button(
        "As a file",
        json.dumps(to_json(shared), indent=1, ensure_ascii=False),
        file_name="prompt.json",
        mime="application/json",
        icon=":material/download:",
        on_click="ignore",
    )
    try:
        st.code(link_here(PARAMETER, to_link(shared)), language=None, wrap_lines=True, height=120)
    except SharingError as error:
        st.caption(f":material/link_off: No link: {error}.")
    left_out = f", and without its {shared.left_out} media" if shared.left_out else ""
    st.caption(f"Without keys{left_out}. Nothing runs until the person who opens the link agrees.")


def _draw_rename(state: PromptsState, history: HistoryStore, prompt: OpenPrompt) -> None:
    with st.form(key=f"prompts-{state.number}-rename", border=False):
        new = st.text_input("Name", prompt.name, key=f"prompts-{state.number}-name").strip()
        clicked = st.form_submit_button("Rename", type="primary")
    new = new[:LONGEST_NAME]
    said = notices(f"prompts-{state.number}-rename")
    if clicked and new not in {"", prompt.name}:
        if history.rename_preset(prompt.name, new):
            _note(state, "Team prompt renamed", f"{prompt.name} to {new}")
            state.open_saved(history, new)
            st.rerun()
        said.say(f"There is a prompt called {new} already.", "warning")
    said.draw()


def _draw_delete(state: PromptsState, history: HistoryStore, prompt: OpenPrompt) -> None:
    many = f"its {prompt.versions} versions" if prompt.versions > 1 else "it"
    if st.button(
        f"Yes, delete {many}",
        key=f"prompts-{state.number}-delete",
        icon=":material/delete_forever:",
    ):
        history.delete_preset(prompt.name)
        _note(state, "Team prompt deleted", prompt.name)
        state.open(None)
        st.rerun()


def _keep(
    state: PromptsState, history: HistoryStore, name: str, page: str, template: Request
) -> None:
    """Save, and show what was saved."""
    page = page if kind_of(page) == PROMPT else PAGE  # as a file of somebody else may say
    try:
        history.save_preset(name[:LONGEST_NAME], page, template)
    except NameTakenError as error:
        notices(PAGE).say(f"{error}. Choose another one.", "warning")
        return
    _note(state, "Team prompt saved", name[:LONGEST_NAME])
    state.leave_address()
    state.open_saved(history, name[:LONGEST_NAME])


def _note(state: PromptsState, action: str, detail: str) -> None:
    """Note what was done in the team's library; what is one's own is nobody else's business."""
    if state.team:
        audit(action, detail)
