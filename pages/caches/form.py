"""The form of a new cached content."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import streamlit as st

from components.answer.problem import draw_problem
from components.attachments.adding import draw_adding
from components.attachments.listing import draw_attachments
from components.attachments.uploading import draw_failed, draw_uploads
from components.calls import draw_asking
from components.connection import usable_connection
from components.file_list import current_files
from components.samples import draw_sample_buttons
from components.settings.run_settings import current_settings
from gemini.models.availability import why_not
from gemini.models.estimate import CHARACTERS_PER_TOKEN
from gemini.resources.caches import LONGEST_TITLE, minimum_tokens, takes_caches
from pages.caches.state import AT_A_TIME, PAGE, TIMES, CacheDraft, make_sample, why_none


def draw_samples() -> None:
    """Draw what makes a cached content at a click, where the model takes one."""
    model = current_settings().model
    if not takes_caches(model):
        st.caption(f":material/block: {why_none(model.name)}")
        return
    draw_sample_buttons(PAGE, make_sample, "help")


def draw_form(draft: CacheDraft) -> None:
    """Draw the fields, and what waits for its uploads."""
    st.text_input(
        "Display name",
        key=draft.key("title"),
        max_chars=LONGEST_TITLE,
        placeholder="A name to recognize it by",
        persist_state="session",
    )
    st.text_area(
        "Text",
        key=draft.key("text"),
        height=160,
        placeholder="What every prompt begins with",
        persist_state="session",
    )
    st.text_area(
        "System instruction",
        key=draft.key("instruction"),
        height=80,
        placeholder="None",
        help="Cached with the rest: prompts that use it can't send another one.",
        persist_state="session",
    )
    _draw_files(draft)
    _draw_end(draft)
    st.button(
        "Create",
        key="cache-create",
        type="primary",
        icon=":material/inventory_2:",
        disabled=draft.attachments.sending.running or not takes_caches(current_settings().model),
        on_click=draft.submit,
    )
    # Below the button: a line more, for what was just typed, would move it from under the click.
    _draw_size(draft)
    draw_failed(draft.attachments.sending)
    draw_uploads(draft.attachments.sending, stop="cache-stop")
    if draft.problem:
        draw_problem(draft.problem)


def draw_end(key: Callable[[str], str]) -> None:
    """Draw the fields of a time and its zone, at first an hour from now on this browser's clock."""
    own = st.context.timezone
    zones = sorted(available_timezones())
    zone = own if own in zones else "UTC"
    soon = datetime.now(ZoneInfo(zone)).replace(tzinfo=None, second=0, microsecond=0)
    st.session_state.setdefault(key("end"), soon + timedelta(hours=1))
    st.session_state.setdefault(key("zone"), zone)
    with st.container(horizontal=True, gap="small"):
        st.datetime_input("Expires at", key=key("end"), required=True, width=220)
        st.selectbox("Time zone", zones, key=key("zone"), width=260)


def _draw_files(draft: CacheDraft) -> None:
    with st.expander("Files", icon=":material/attach_file:", type="compact", key="cache-files",
                     expanded=bool(draft.attachments.pending)):  # fmt: skip
        draft.attachments.complaints.draw()
        draw_adding(draft.attachments)
        _draw_stored(draft)
        if draft.attachments.pending:
            draw_attachments(draft.attachments)


def _draw_stored(draft: CacheDraft) -> None:
    """The files that are at the Files API already; what is picked goes in by URL."""
    connection, _ = usable_connection()
    if connection is None or why_not("files", connection.target.backend):
        return
    caches = current_files()
    draw_asking(caches.calls, "cache-files")
    if not caches.listed:
        st.button(
            "Choose an uploaded file",
            key="cache-files-look",
            icon=":material/folder:",
            type="tertiary",
            on_click=caches.refresh,
        )
        return
    ready = {one.name: one for one in caches.own if one.usable}
    key = draft.key(f"stored-{len(draft.attachments.pending)}")

    def add() -> None:
        if name := st.session_state[key]:
            draft.attachments.add([ready[name].attachment()])

    st.selectbox(
        "Already uploaded",
        list(ready),
        index=None,
        key=key,
        format_func=lambda name: ready[name].title,
        placeholder="Choose a file" if ready else "No files stored",
        disabled=not ready,
        on_change=add,
    )


def _draw_end(draft: CacheDraft) -> None:
    lasts = st.segmented_control(
        "Time to live",
        [*TIMES, AT_A_TIME],
        key=draft.key("time"),
        default="1 hour",
        required=True,
        persist_state="session",
    )
    if lasts == AT_A_TIME:
        draw_end(draft.key)


def _draw_size(draft: CacheDraft) -> None:
    """How much there must be. It is a hint: the API counts, and decides."""
    model = current_settings().model.name
    if not takes_caches(current_settings().model):
        st.caption(f":material/block: {why_none(model)}")
        return
    written = len(draft.value("text")) + len(draft.value("instruction"))
    about = f"The text has about {written // CHARACTERS_PER_TOKEN:,} tokens. " if written else ""
    st.caption(
        f"For **{model}**, from the run settings. {about}A cache needs at least "
        f"{minimum_tokens(model):,} tokens in all, according to Google's documentation."
    )
