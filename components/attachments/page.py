"""Pages with attachments: the frame of a page about media, its conversation, its samples; and the
attachments of a prompt on the pages that have no conversation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.attachments.adding import draw_adding
from components.attachments.listing import draw_attachments
from components.attachments.state import Attachments
from components.attachments.uploading import draw_failed, draw_uploads
from components.conversation.composer import draw_files_that_wait
from components.conversation.view import draw_conversation
from components.files.previews import draw_card
from components.samples import FOLDER, draw_about, samples
from gemini.media.attachment import Attachment
from gemini.media.load import attachment
from gemini.media.remote import CloudFile, FilesApiFile

STYLE = Path(__file__).with_name("page.css")
MEDIA = FOLDER / "media"
CARD = 170  # pixels; two in a row on a telephone


@dataclass(frozen=True)
class QuickPrompt:
    """A prompt at a click. With `many`, only offered for several media."""

    label: str
    icon: str
    text: str
    many: bool = False


def media_page(
    attachments: Attachments,
    draw_media: Callable[[list[Attachment]], None],
    *,
    prompts: Sequence[QuickPrompt],
    placeholder: str,
    notice: Callable[[], None] | None = None,
) -> None:
    """Draw a page about media. `draw_media` shows what is attached, in order; files that stay
    elsewhere are only listed.

    `notice` draws what people should know before they add anything.
    """
    attachments.forget()
    attachments.chat.look.media_beside = True
    attachments.chat.look.again = attachments.regenerate
    menu = st.container()
    if attachments.empty:
        _draw_welcome(attachments, notice)
        draw_media_conversation(attachments, placeholder, menu)
        return
    st.html(STYLE)
    beside, conversation = st.columns([2, 3], gap="large")
    with beside, st.container(key="media"):
        attachments.complaints.draw()
        if shown := [a for a in attachments.media if not isinstance(a, CloudFile | FilesApiFile)]:
            draw_media(shown)
        draw_attachments(attachments)
        with st.expander("Add more", icon=":material/add:", type="compact"):
            draw_adding(attachments)
    with conversation:
        draw_media_conversation(attachments, placeholder, menu, prompts)


def draw_media_conversation(
    attachments: Attachments,
    placeholder: str,
    menu: DeltaGenerator,
    prompts: Sequence[QuickPrompt] = (),
) -> None:
    """Draw the conversation about the attachments where the script is."""

    def submit(text: str, files: list[Attachment]) -> bool:
        attachments.submit(text, files)
        return bool(files or attachments.chat.complaints)  # the media are beside the conversation

    def draw_below() -> None:
        draw_failed(attachments.sending)
        if attachments.media:
            _draw_prompts(attachments, prompts)

    draw_conversation(
        attachments.chat,
        placeholder,
        submit,
        menu=menu,
        begun=not attachments.empty,
        above=lambda: follow_uploads(attachments),
        below=draw_below,
    )


def follow_uploads(attachments: Attachments) -> None:
    """Show how far the uploads are until they have ended, then send what waits for them.

    In another conversation than the one that was asked, the prompt is given back.
    """
    sending = attachments.sending
    if sending.running and attachments.chat.preparation is not sending:
        sending.stop()
        st.rerun()  # the field, which was drawn before
    draw_uploads(sending)


def draw_held(attachments: Attachments) -> None:
    """Draw why a prompt was not sent, and the files that wait for the next one since then.

    For a chat, which has no list of media.
    """
    draw_failed(attachments.sending)
    if attachments.pending and not attachments.sending.running:
        draw_files_that_wait(attachments.pending, f"leave-out-{attachments.page}")


def draw_media_prompt(attachments: Attachments) -> None:
    """Draw the ways to add media to a prompt, and what is there, folded."""
    attachments.complaints.draw()
    count = len(attachments.media)
    label = f"Files ({count})" if count else "Add files"
    with st.expander(
        label, icon=":material/attach_file:", type="compact", key=f"{attachments.page}-files"
    ):
        draw_adding(attachments)
        if count:
            draw_attachments(attachments)


@st.cache_resource(show_spinner=False)
def sample_media(name: str) -> Attachment:
    """A file of the gallery; read once per process, for everyone."""
    return attachment(name, (MEDIA / name).read_bytes())


def _draw_prompts(attachments: Attachments, prompts: Sequence[QuickPrompt]) -> None:
    many = len(attachments.media) > 1
    with st.container(horizontal=True, gap="small"):
        for prompt in prompts:
            if prompt.many and not many:
                continue
            st.button(
                prompt.label,
                key=f"quick-{attachments.page}-{prompt.label}",
                icon=f":material/{prompt.icon}:",
                help=prompt.text,
                on_click=attachments.ask,
                args=(prompt.text,),
            )


def _draw_welcome(attachments: Attachments, notice: Callable[[], None] | None) -> None:
    """Draw what an empty page is for, the ways to add media, and samples to click."""
    draw_about(attachments.page)
    if notice:
        notice()
    attachments.complaints.draw()
    draw_adding(attachments)
    st.caption("Or try one of these:")
    with st.container(horizontal=True, gap="small"):
        for number, sample in enumerate(samples(attachments.page)["samples"]):
            _draw_card(attachments, number, sample)


def _draw_card(attachments: Attachments, number: int, sample: dict[str, str]) -> None:
    """Draw a sample: what it is about, if that can be seen, and the button that runs it."""
    media = sample_media(sample["media"])
    with st.container(width=CARD, gap="xsmall"):
        if media.kind in {"image", "document", "video"}:
            draw_card(media, 2 * CARD)
        st.button(
            sample["label"],
            key=f"sample-{attachments.page}-{number}",
            icon=f":material/{sample['icon']}:",
            help=sample["prompt"],
            width="stretch",
            on_click=lambda: attachments.sample(media, sample["prompt"]),
        )
