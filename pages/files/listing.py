"""The files at the Files API as a list: what each is, and what one can do with it."""

from functools import partial

import streamlit as st

from components.answer.parts import draw_media
from components.attachments.state import attachments_of, page_for
from components.conversation.current import current_chat
from components.file_list import PAGE, FileList
from components.markdown.literal import literal
from components.navigation import page_file
from components.own_things import lists_everybodys
from components.pieces import draw_deletion
from components.resource_list import draw_more
from gemini.format import size, time_left
from gemini.media.attachment import Attachment, Kind, kind_of
from gemini.media.names import named
from gemini.resources.file_list import ListedFile

ICONS: dict[Kind, str] = {
    "image": "image",
    "document": "picture_as_pdf",
    "text": "description",
    "audio": "graphic_eq",
    "video": "movie",
}
SEEN: tuple[Kind, ...] = ("image", "audio", "video")  # of the others a preview says nothing new
PREVIEW = 240  # pixels


def draw_files(files: FileList) -> None:
    """Draw the files that were listed."""
    for one in files.own:
        with st.container(border=True, gap="small", key=f"file-{one.name.partition('/')[2]}"):
            _draw_one(files, one)
    draw_more(files, PAGE)


def draw_deleting_all(files: FileList) -> None:
    """Draw the way to delete all that is listed, with a question before it; not other people's."""
    count = len(files.own)
    if not count or lists_everybodys():
        return
    with st.popover("Delete all", icon=":material/delete_sweep:", type="tertiary"):
        more = " There are more that aren't listed yet." if files.more else ""
        st.markdown(f"The {count} files listed here, for good. Prompts that refer to them will be "
                    f"refused.{more}")  # fmt: skip
        st.button(
            f"Delete {count} files",
            key="files-delete-all",
            type="primary",
            on_click=files.delete,
            args=([one.name for one in files.own],),
        )


def _draw_one(files: FileList, one: ListedFile) -> None:
    kind = kind_of(one.mime_type)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        facts = [literal(one.mime_type) or "unknown type", size(one.size) if one.size else ""]
        about = " · ".join(fact for fact in [*facts, _state(one), time_left(one.left())] if fact)
        st.markdown(
            f":material/{ICONS[kind]}: **{literal(one.title)}**  \n:small[:gray[{about}]]",
            width="stretch",
        )
        # A row of their own, so that on a narrow screen none of them stays beside the name.
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", width="content"
        ):
            if one.usable:
                _draw_uses(files, one, kind)
            st.button(
                "Delete",
                key=f"file-open-delete-{one.name}",
                icon=":material/delete:",
                type="tertiary",
                on_click=_open,
                args=(files, one, "delete"),
            )
    if one.state == "FAILED":
        st.error(
            f"The API couldn't read it: {literal(one.error or 'no reason was given')} Check that "
            "it opens elsewhere, and upload it again in another format.",
            icon=":material/error:",
        )
    if (media := files.at_hand(one)) is not None and kind in SEEN:
        draw_media(st.container(width=PREVIEW), media.mime_type, media.data, width=PREVIEW)
    if files.opened == (one.name, "ask"):
        _draw_question(files, one)
    elif files.opened == (one.name, "delete"):
        _draw_deletion(files, one)


def _state(one: ListedFile) -> str:
    return "" if one.state == "ACTIVE" else one.state.lower().replace("_", " ")


def _draw_uses(files: FileList, one: ListedFile, kind: Kind) -> None:
    """Where it can be asked about: in the chat, and on the page for its kind."""
    st.button(
        "Ask",
        key=f"file-ask-{one.name}",
        icon=":material/chat:",
        help="Ask about it in Chat",
        on_click=_open,
        args=(files, one, "ask"),
    )
    page = page_for(kind)
    if st.button(
        page.capitalize(),
        key=f"file-use-{one.name}",
        icon=f":material/{ICONS[kind]}:",
        help=f"Open it on the {page.capitalize()} page",
    ):
        known: Attachment = files.at_hand(one) or one.attachment()
        attachments_of(page).add([known])
        st.switch_page(page_file(page))


def _draw_question(files: FileList, one: ListedFile) -> None:
    """A first prompt about it, which begins in the chat."""
    with st.form(f"file-question-{one.name}", border=False):
        text = st.text_input("Prompt", key=f"file-prompt-{one.name}", placeholder="What is in it?")
        clicked = st.form_submit_button("Ask in Chat", icon=":material/send:", type="primary")
    if clicked:
        files.opened = None
        words = text.strip() or "What is in it?"
        current_chat("chat").send([named(one.attachment().part(), one.title), {"text": words}])
        st.switch_page(page_file("chat"))


def _draw_deletion(files: FileList, one: ListedFile) -> None:
    draw_deletion(
        f"file-{one.name}",
        "Prompts that refer to it will be refused. This can't be undone.",
        delete=partial(files.delete, [one.name]),
        keep=partial(_open, files, one, None),
    )


def _open(files: FileList, one: ListedFile, what: str | None) -> None:
    files.opened = (one.name, what) if what else None
