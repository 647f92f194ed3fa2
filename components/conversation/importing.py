"""The Import dialog: a call that is pasted or a file from elsewhere, read, compared and opened."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import streamlit as st
from google.genai import types

from components.connection import current_connection
from components.conversation.current import current_chat
from components.conversation.state import IMPORT_PAGE
from components.history import current_history, failing_said, keeps_history
from components.markdown.literal import literal
from components.navigation import page_file
from components.session import state
from components.settings.run_settings import RunSettings, current_settings, settings_of
from gemini.api.connect import Target
from gemini.api.resend import page_config
from gemini.format import counted
from gemini.importing.comparing import (
    GENERATION,
    WireComparison,
    compare_on_wire,
    cut,
    in_words,
)
from gemini.importing.recognizing import OWN, TAKES, read
from gemini.importing.result import ImportedChat, ImportResult, NotImportableError
from gemini.interactions.request import for_api
from gemini.models.capabilities import Capabilities
from gemini.request import CREATE_INTERACTION, Request
from gemini.settings.table import SETTINGS

STATE = "importing"  # session state
TYPES = ["json", "har", "zip", "py", "js", "mjs", "ts", "sh", "txt"]
MOST_NAMED = 12  # things that could not be taken
SAME = "Same request: the playground sends exactly this."


@dataclass
class ImportState:
    """The dialog in one session: the page it is open on, and what was read last.

    `number` tells one opening's widgets from the next one's. `chosen` is the chat to be opened.
    """

    page: str | None = None
    number: int = 0
    result: ImportResult | None = None
    problem: str = ""
    chosen: int = 0

    def open(self, page: str) -> None:
        """Open the dialog on a page, with nothing in it."""
        self.page, self.result, self.problem, self.chosen = page, None, "", 0
        self.number += 1

    def close(self) -> None:
        """Close it; what was read is let go of."""
        self.page = self.result = None

    def take_text(self) -> None:
        """Read what was pasted."""
        self.result, self.problem = None, ""
        if text := st.session_state[self.key("text")]:
            self._take("", text)

    def take_file(self) -> None:
        """Read the file that was uploaded."""
        if (file := st.session_state[self.key("file")]) is not None:
            self._take(file.name, file.getvalue())

    def key(self, widget: str) -> str:
        """The key of one of the dialog's widgets."""
        return f"import-{widget}-{self.number}"

    def _take(self, name: str, data: bytes | str) -> None:
        self.result, self.problem, self.chosen = None, "", 0
        try:
            self.result = read(name, data)
        except NotImportableError as error:
            self.problem = f"Not imported: {error}."


def draw_import_button(page: str, look: Literal["secondary", "tertiary"] = "secondary") -> None:
    """Draw the button that opens the dialog; `look` is Streamlit's type of it."""
    st.button(
        "Import",
        key=f"import-{page}",
        icon=":material/upload:",
        type=look,
        on_click=_importing().open,
        args=(page,),
    )


def draw_import(page: str) -> None:
    """Draw the dialog where it is open on this page."""
    importing = _importing()
    if importing.page == page:
        st.dialog("Import", width="large", icon=":material/upload:", on_dismiss=importing.close)(
            _draw_dialog
        )(importing)


def _importing() -> ImportState:
    return state(STATE, ImportState)


def _draw_dialog(importing: ImportState) -> None:
    st.caption(f"{TAKES[0].upper()}{TAKES[1:]}. It is read, and never run.")
    st.text_area(
        "Paste a call",
        key=importing.key("text"),
        height=160,
        placeholder="curl … or client.models.generate_content(…)",
        on_change=importing.take_text,
    )
    st.button("Read it", key=importing.key("read"), icon=":material/search:")
    st.file_uploader(
        "Or upload a file", TYPES, key=importing.key("file"), on_change=importing.take_file
    )
    if importing.problem:
        st.error(literal(importing.problem), icon=":material/error:")
    if importing.result is not None:
        _draw_result(importing, importing.result)


def _draw_result(importing: ImportState, result: ImportResult) -> None:
    chats = result.chats
    if not chats:
        st.error(
            f"This is {result.kind}, but no conversation in it can be imported.",
            icon=":material/error:",
        )
        _draw_left_out(result)
        return
    several = len(chats) > 1
    if several:
        importing.chosen = st.selectbox(
            "Open",
            range(len(chats)),
            key=importing.key("chosen"),
            format_func=lambda index: chats[index].title,
        )
    chat = chats[min(importing.chosen, len(chats) - 1)]
    st.markdown(f"**{_about(result, chat)}**")
    _draw_left_out(result)
    if chat.model or chat.config:
        settings, offered = settings_of(chat.as_run(current_settings().model.name))
        _draw_settings(chat, settings, offered=offered)
        if result.call is not None:
            _draw_comparison(chat, result.call, settings)
    page = importing.page if result.kind == OWN and importing.page != "history" else IMPORT_PAGE
    if several and keeps_history():
        st.caption(f"All {counted(len(chats), 'conversation')} are stored in History.")
    if st.button("Open in Chat" if page == IMPORT_PAGE else "Open", type="primary",
                 key=importing.key("open"), icon=":material/chat:"):  # fmt: skip
        _open(importing, chat, str(page))


def _about(result: ImportResult, chat: ImportedChat) -> str:
    """What was recognised, in a line of Markdown."""
    turns = counted(len(chat.conversation.path()), "turn")
    kind = f"{result.kind[0].upper()}{result.kind[1:]}"
    return literal(" · ".join(filter(None, (kind, chat.model, turns))))


def _draw_left_out(result: ImportResult) -> None:
    if not result.left_out:
        return
    lines = "\n".join(f"- {literal(line)}" for line in result.left_out[:MOST_NAMED])
    more = len(result.left_out) - MOST_NAMED
    st.warning(
        "What couldn't be taken as it is:\n"
        + lines
        + (f"\n- and {more:,} more" if more > 0 else ""),
        icon=":material/info:",
    )


def _open(importing: ImportState, chat: ImportedChat, page: str) -> None:
    """Keep all that was read, and open the one that was chosen."""
    result, from_page = importing.result, importing.page
    with failing_said():
        if (history := current_history()) is not None and result is not None:
            for each in result.chats:
                history.keep_conversation(each.conversation, page)
                if each.title and result.kind != OWN:
                    history.rename_conversation(each.conversation.id, each.title)
    current_chat(page).bring_in(chat)
    importing.close()
    if from_page == page:
        st.rerun()
    st.switch_page(page_file(page))


def _draw_settings(chat: ImportedChat, settings: RunSettings, *, offered: bool) -> None:
    """Say which of the model and the settings there are not here."""
    if chat.model and not offered:
        about = f"{chat.model} isn't available here. {settings.model.display_name} is used instead."
        st.caption(f":material/swap_horiz: {literal(about)}")
    names = [
        setting.label
        for setting in SETTINGS
        if settings.values.get(setting.name)
        and not setting.offered(settings.model, vertex=settings.vertex)
    ]
    if names:
        name = literal(settings.model.display_name)
        st.caption(f":material/link_off: {name} doesn't take this here: {', '.join(names)}.")


def _draw_comparison(chat: ImportedChat, call: Request, settings: RunSettings) -> None:
    """Draw the pasted call beside what is sent from here once it is opened in Chat."""
    connection = current_connection()
    target = connection.target if connection else Target("gemini")
    try:
        comparison = compare_on_wire(call, _request_here(chat, settings), target)
    except ValueError as error:
        st.warning(f"It can't be compared: {literal(str(error))}", icon=":material/warning:")
        return
    if comparison.same:
        st.success(SAME, icon=":material/check_circle:")
    else:
        is_default = _defaults(settings.model)
        lines = [f"- {in_words(each, is_default)}" for each in comparison.differences]
        st.info("Not the same request:\n" + "\n".join(lines), icon=":material/difference:")
    with st.expander("Field by field", expanded=not comparison.same):
        _draw_fields(comparison)


def _draw_fields(comparison: WireComparison) -> None:
    rows = [
        {
            "": ":material/check:" if field.one == field.other else ":material/difference:",
            "Field": f"`{field.name.removeprefix(GENERATION)}`",
            "In the call": literal(cut(field.one)) or ":gray[not there]",
            "Sent from here": literal(cut(field.other)) or ":gray[not sent]",
        }
        for field in comparison.fields
    ]
    st.table(rows, border="horizontal", hide_index=True)


def _request_here(chat: ImportedChat, settings: RunSettings) -> Request:
    """What is sent from here for the last prompt, with the settings that are taken over."""
    turn = chat.conversation.path()[-1]
    contents = chat.conversation.contents(turn, settings.model.name)
    config = settings.config(page_config(chat.config))
    request = Request(settings.model.name, contents, config, CREATE_INTERACTION)
    return for_api(request, settings.method)[0]


def _defaults(model: Capabilities) -> Callable[[str, str], bool]:
    """Whether a value by its name on the wire is the default of a model."""
    fields = types.GenerateContentConfig.model_fields
    by_name = {fields[s.name].alias or s.name: s for s in SETTINGS if s.name in fields}

    def is_default(name: str, value: str) -> bool:
        setting = by_name.get(name)
        try:
            return setting is not None and setting.is_default(json.loads(value), model)
        except ValueError:
            return False

    return is_default
