"""Images sent with a request, on pages without a conversation: added, shown, removed."""

from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from components.files.previews import draw_picture
from components.files.uploaded import taken_over
from components.markdown.literal import literal
from gemini.media.attachment import Attachment, MediaError
from gemini.media.load import attachment

ENDINGS = ["png", "jpg", "jpeg", "webp"]
PREVIEW, THUMB = 320, 170  # pixels


@dataclass
class PictureList:
    """Pictures in order, and why files were not taken.

    `uploaders` counts what was added and taken away, since a widget for files can't be emptied.
    """

    pictures: list[Attachment] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    uploaders: int = 0

    def take(self, files: list[tuple[str, bytes]]) -> None:
        """Check pictures, (name, bytes) each, and add them, or say why not."""
        self.refused = []
        self.uploaders += 1  # they are shown by themselves: the field is to be empty again
        for name, data in files:
            try:
                attached = attachment(name, data)
            except MediaError as error:
                self.refused.append(str(error))
                continue
            if attached.kind == "image":
                self.pictures.append(attached)
            else:
                self.refused.append(f"{name} isn't an image.")

    def drop(self, number: int) -> None:
        """Take the picture at a place, from 0, away."""
        del self.pictures[number : number + 1]
        self.refused = []
        self.uploaders += 1


def draw_picture_list(pictures: PictureList, key: str, label: str, most: int) -> None:
    """Draw the pictures side by side, and the field to add more while there may be more."""

    def dropping(number: int) -> Callable[[], None]:
        return lambda: pictures.drop(number)

    with st.container(horizontal=True, gap="small"):
        for number, one in enumerate(pictures.pictures):
            with st.container(width=THUMB):
                draw_picture(one, PREVIEW, caption=literal(one.name))
                st.button(
                    "Remove",
                    key=f"{key}-drop-{number}",
                    icon=":material/close:",
                    type="tertiary",
                    on_click=dropping(number),
                )
    if len(pictures.pictures) < most:
        field_key = f"{key}-{pictures.uploaders}"

        def take() -> None:
            # Run again for the same files, as by a click that comes just then, it finds none.
            if files := taken_over(st.session_state.get(field_key) or []):
                pictures.take(files)

        st.file_uploader(label, ENDINGS, accept_multiple_files=True, key=field_key, on_change=take)
    for why in pictures.refused:
        st.warning(literal(why), icon=":material/edit_note:")
