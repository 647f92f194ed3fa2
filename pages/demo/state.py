"""What the page of demo packs remembers: the pack that is open, and why another one isn't."""

import io
from dataclasses import dataclass

import streamlit as st

from components.player.packs import edit, edited_pack, open_pack
from gemini.demo.file import LARGEST, read, write
from gemini.demo.pack import Pack, PackError, Scene

PAGE = "demo"
LARGEST_UPLOAD = LARGEST // 10**6  # megabytes
PARAMETER = "pack"  # of the page's address: the id of the pack that is open


def file_of(pack: Pack) -> bytes:
    """A pack's file. Streamlit has it made by a thread of its own, where there is no session."""
    target = io.BytesIO()
    write(pack, target)
    return target.getvalue()


@dataclass
class DemoState:
    """The page in one session.

    `unfolded` is the id of the scene whose fields are shown, `removed` what can be put back.
    """

    problem: str = ""
    unfolded: str = ""
    uploads: int = 0
    removed: tuple[int, Scene] | None = None

    @property
    def pack(self) -> Pack | None:
        """The pack that is open."""
        return edited_pack()

    @property
    def upload_key(self) -> str:
        """The key of the field that takes a file; another one once it was taken."""
        return f"{PAGE}-file-{self.uploads}"

    def restore(self) -> None:
        """Open the pack that the address names, after a reload; else name the one that is open."""
        pack_id, pack = st.query_params.get(PARAMETER), self.pack
        if pack is None and pack_id:
            pack = open_pack(pack_id)
            if pack is None:
                self.problem = "This demo pack isn't open any more. Open its file again."
                st.query_params.pop(PARAMETER, None)
            else:
                edit(pack)
        if pack is not None:
            st.query_params[PARAMETER] = pack.id

    def take_file(self) -> None:
        """Open the file that was uploaded. A pack that was open stays where it can't be."""
        file = st.session_state.get(self.upload_key)
        if file is None:
            return
        self.problem = ""
        try:
            edit(read(file))
            self.removed, self.unfolded = None, ""
        except PackError as error:
            self.problem = str(error)
        self.uploads += 1

    def close(self) -> None:
        """Let go of the pack."""
        edit(None)
        self.removed = None
        st.query_params.pop(PARAMETER, None)

    def remove(self, scene: Scene) -> None:
        """Take a scene out."""
        if self.pack is not None and scene in self.pack.scenes:
            self.removed = self.pack.scenes.index(scene), scene
            self.pack.scenes.remove(scene)

    def undo(self) -> None:
        """Put the scene back that was removed last."""
        if self.pack is not None and self.removed is not None:
            self.pack.scenes.insert(*self.removed)
        self.removed = None
