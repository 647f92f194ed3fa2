"""The folder on the screen: how it comes, what of it is sent, and why the rest isn't."""

from pathlib import PurePath

import streamlit as st

from components.files.uploaded import taken_over
from components.format import table_height
from components.markdown.literal import literal
from components.navigation import page_file
from components.samples import draw_about, draw_sample_buttons
from components.session import bound
from gemini.format import counted, size
from gemini.media.encodings import ENCODINGS
from gemini.media.folder import Folder, FolderError, FolderFile, folder_of
from pages.long_context.state import PAGE, LongContextState

FOLDER, ZIP = "Folder", "Zip"
READ_AS = "Encoding"
ICONS = {FOLDER: ":material/folder_open: ", ZIP: ":material/folder_zip: "}
SYNTAX = "Patterns as in .gitignore, separated by commas."
CACHE_FROM = 4096  # tokens; the most that any model asks of a cache
LAYOUT = """\
The folder is sent as one text before your first question: its name and a list of its files, then \
every file under a line with its path, sorted by path. The question comes last, as Google \
recommends for long contexts. Later questions send the whole conversation again, with the folder."""


def draw_welcome(state: LongContextState) -> None:
    """Draw what the page is for, the ways to bring a folder, and samples that run at a click."""
    draw_about(PAGE)
    draw_adding(state)
    st.caption("Or ask about a part of this playground's own source:")
    draw_sample_buttons(PAGE, lambda sample: state.run_sample(sample["folder"], sample["prompt"]))


def draw_adding(state: LongContextState) -> None:
    """Draw the ways in which a folder comes."""
    way = st.segmented_control(
        "From",
        [FOLDER, ZIP],
        key=f"{PAGE}-from",
        default=FOLDER,
        required=True,
        format_func=lambda w: ICONS[w] + w,
        label_visibility="collapsed",
    )
    key = f"{PAGE}-{way}-{state.uploaders}"
    if way == ZIP:
        st.file_uploader(
            "A zip of text and code", "zip", key=key, on_change=_take, args=(state, key)
        )
    else:
        st.file_uploader(
            "A folder of text and code",
            accept_multiple_files="directory",
            key=key,
            on_change=_take,
            args=(state, key),
        )
        st.caption("The browser uploads every file first. For a large folder, use a zip.")


def draw_files(state: LongContextState) -> None:
    """Draw the files with sizes and tokens, the patterns, and what is left out and why."""
    if state.folder is None:
        return
    _draw_patterns(state)
    _draw_table(state)
    with st.expander("How it's sent", icon=":material/info:", type="compact"):
        st.markdown(LAYOUT)
        beginning = state.text.data[:1500].decode("utf-8", "ignore") if state.text else ""
        st.code(beginning, language=None, height=240)


def draw_hints(state: LongContextState) -> None:
    """Say that a changed folder begins a conversation of its own, and what a cache saves."""
    if state.outdated:
        st.info(
            "The folder has changed. Your next question starts a new conversation with it.",
            icon=":material/edit:",
        )
    going = sum(file.tokens for file in state.listed if not file.reason)
    if going >= CACHE_FROM:
        st.caption(
            ":material/database: Every question sends the folder again. For several questions a "
            "cache costs less: cached tokens are cheaper."
        )
        st.page_link(page_file("caches"), label="Create a cache", icon=":material/database:")


def draw_totals(state: LongContextState) -> None:
    """Draw the folder's name and how much of it is sent."""
    if state.folder is None:
        return
    going = [file for file in state.listed if not file.reason]
    out = len(state.listed) - len(going)
    left = f", {out:,} left out" if out else ""
    count = counted(len(going), "file")
    total = size(sum(file.size for file in going))
    st.markdown(f"**{literal(state.folder.name)}**  \n:small[:gray[{count}, {total}{left}]]")


def _draw_patterns(state: LongContextState) -> None:
    left, right = st.columns(2)
    left.text_input(
        "Include only",
        placeholder="*.py, docs/",
        help="Leave empty to include everything.",
        **bound(f"{PAGE}-only", state.choice.only, lambda patterns: state.want(only=patterns)),
    )
    right.text_input(
        "Exclude",
        placeholder="tests/, *.csv",
        **bound(
            f"{PAGE}-leave-out",
            state.choice.leave_out,
            lambda patterns: state.want(leave_out=patterns),
        ),
    )
    # A line in any case: coming and going it would move what is below from under the click.
    st.caption(f":material/block: {literal(state.trouble)}" if state.trouble else SYNTAX)
    if state.reasons:
        _draw_reasons(state)


def _draw_reasons(state: LongContextState) -> None:
    """Draw the rules that leave something out; switched on here, it is sent."""
    key, counts = f"{PAGE}-taken", state.reasons
    st.session_state[key] = sorted(state.taken)  # each time, as their labels change
    st.pills(
        "Left out by a rule; click to include",
        list(counts),
        selection_mode="multi",
        format_func=lambda r: f"{r} ({counts[r]:,})" if counts[r] else r,
        **bound(key, sorted(state.taken), state.lift, "default"),
    )


def _draw_table(state: LongContextState) -> None:
    files = state.listed
    left_out = any(file.reason for file in files)
    guessed = any(file.encoding for file in files)
    key = f"{PAGE}-files-{state.version}"

    def store() -> None:
        edits = st.session_state[key]["edited_rows"]
        for number, edit in edits.items():
            if READ_AS in edit:
                state.read_file_as(files[int(number)].path, edit[READ_AS])
        chosen = {files[int(n)].path: bool(e["In"]) for n, e in edits.items() if "In" in e}
        if chosen:
            state.choose(chosen)

    st.data_editor(
        [_row(file) for file in files],
        column_order=[
            *["In", "File", "Tokens"],
            *(["Left out"] if left_out else []),
            *([READ_AS] if guessed else []),
            "Size",
        ],
        key=key,
        hide_index=True,
        placeholder="",
        disabled=["File", "Tokens", "Size", "Left out"],
        height=table_height(len(files)),
        on_change=store,
        column_config={
            "In": st.column_config.CheckboxColumn(width=45),
            "File": st.column_config.TextColumn(width=180),
            "Left out": st.column_config.TextColumn(width=130),
            "Tokens": st.column_config.NumberColumn(
                format="localized", help="Estimated, at four characters per token.", width=70
            ),
            READ_AS: st.column_config.SelectboxColumn(
                options=list(ENCODINGS),
                help="The encoding of files that aren't UTF-8 is a guess; choose another if "
                "letters look wrong.",
                width=110,
            ),
            "Size": st.column_config.TextColumn(width=80),
        },
    )


def _row(file: FolderFile) -> dict[str, object]:
    return {
        "In": not file.reason,
        "File": file.path,
        "Left out": file.reason,
        READ_AS: file.encoding or None,
        "Tokens": file.tokens,
        "Size": size(file.size),
    }


def _take(state: LongContextState, key: str) -> None:
    """Open what was uploaded, or say why not."""
    uploaded = st.session_state[key]
    files = taken_over(uploaded if isinstance(uploaded, list) else [uploaded])
    if not files:
        return
    state.uploaders += 1
    first, data = files[0]
    try:
        if "-Zip-" in key:
            state.open(Folder(PurePath(first).stem, zip_data=data))
        else:
            state.open(folder_of(first.replace("\\", "/").partition("/")[0], files))
    except FolderError as error:
        state.complaints.say(str(error))
