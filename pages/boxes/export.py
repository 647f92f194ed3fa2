"""What was found, to take along: crops, other tools' formats, the annotated image."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

import streamlit as st
from PIL import Image

from components.markdown.literal import literal
from gemini.format import counted
from gemini.media.attachment import Attachment
from gemini.media.images import png
from gemini.spatial.draw import draw
from gemini.spatial.formats import ExportedText, to_coco, to_csv, to_json, to_voc, to_yolo
from gemini.spatial.items import Item, Mask
from gemini.spatial.masks import crop, cut_out
from gemini.spatial.style import Colour
from pages.boxes.picture import full
from pages.boxes.state import BoxesRun
from pages.boxes.view import View

CARD = 150  # pixels of a crop on the screen
MOST_AT_ONCE = 48  # crops


def draw_crops(picture: Attachment, items: Sequence[Item]) -> None:
    """Draw the crops as cards, numbered as in the table. Masks can be shown without their ground.

    They are cut from `picture` as it came, not from what was sent.
    """
    alone = any(isinstance(item, Mask) for item in items) and st.toggle(
        "Remove the background", key="boxes-cut-out", persist_state="session"
    )
    shown = _shown(len(items), picture)
    cards = _cards(picture, picture.digest, tuple(items[:shown]), alone)
    with st.container(horizontal=True, gap="small"):
        for number, (item, card) in enumerate(zip(items, cards, strict=False), 1):
            with st.container(width=CARD, gap="xsmall"):
                st.image(card, width="stretch", alt=item.label)
                st.caption(f"{number} {literal(item.label)}".rstrip())


def _shown(count: int, picture: Attachment) -> int:
    """How many cards to draw; a button asks for all."""
    if count <= MOST_AT_ONCE:
        return count
    key = f"boxes-all-crops-{picture.digest[:12]}"
    every = st.toggle(f"Show all {count:,}, not only the first {MOST_AT_ONCE}", key=key)
    return count if every else MOST_AT_ONCE


@st.cache_resource(ttl="15m", max_entries=8, show_spinner=False)
def _cards(
    _picture: Attachment,
    digest: str,  # noqa: ARG001
    items: tuple[Item, ...],
    alone: bool,
) -> list[Image.Image]:
    """The crops; a large picture isn't read again at every click on them."""
    whole = full(_picture)
    return [_card(whole, item, alone=alone) for item in items]


def _card(whole: Image.Image, item: Item, *, alone: bool) -> Image.Image:
    """A crop for a card of `CARD` pixels, sharp on screens of twice the resolution."""
    if alone and isinstance(item, Mask):
        part = cut_out(whole, item)
    else:
        part = crop(whole, item, margin=0.04)
    part.thumbnail((2 * CARD, 2 * CARD))
    return part


@dataclass(frozen=True)
class Format:
    """A file to download: how it is called and made. `notes` say what it has no place for."""

    label: str
    icon: str
    suffix: str
    mime: str
    make: Callable[[], bytes]
    notes: tuple[str, ...] = ()


def draw_export(
    boxes_run: BoxesRun,
    items: Sequence[Item],
    colour_of: Mapping[str, Colour],
    view: View,
    *,
    complete: bool,
) -> None:
    """Draw a button for each format. What the filter hides isn't exported.

    Where the items aren't `complete`, that is said.
    """
    stem = PurePath(boxes_run.picture.name).stem or "picture"
    exports = formats(boxes_run, items, colour_of, view)
    with st.container(horizontal=True, gap="small"):
        for one in exports:
            st.download_button(
                one.label,
                one.make,
                file_name=f"{stem}{one.suffix}",
                mime=one.mime,
                key=f"boxes-export-{one.label}",
                icon=f":material/{one.icon}:",
                on_click="ignore",
            )
    width, height = boxes_run.size
    shown = counted(len(items), "item")
    st.caption(f"{shown} shown, in an image of {width:,} x {height:,} pixels.")
    if not complete:
        st.caption(":material/info: The answer is incomplete: items are missing here too.")
    for one in exports:
        for note in one.notes:
            st.caption(f":material/info: {one.label}: {note}")


def formats(
    boxes_run: BoxesRun, items: Sequence[Item], colour_of: Mapping[str, Colour], view: View
) -> list[Format]:
    """Every format, with the notes of those that have no place for something."""
    picture = boxes_run.picture
    size, name = boxes_run.size, picture.name
    stem = PurePath(name).stem

    def text(write: Callable[..., ExportedText], *args: object) -> Callable[[], bytes]:
        def make() -> bytes:
            return write(items, size, *args).text.encode()

        return make

    def annotated() -> bytes:
        return _annotated(picture, items, colour_of, view)

    notes = {"CSV": to_csv(items, size).notes, "YOLO": to_yolo(items).notes}
    notes["Pascal VOC"] = to_voc(items, size, name).notes
    table = (
        ("Annotated PNG", "image", "-annotated.png", "image/png", annotated),
        ("JSON", "data_object", ".json", "application/json", text(to_json)),
        ("CSV", "csv", ".csv", "text/csv", text(to_csv)),
        ("COCO", "dataset", "-coco.json", "application/json", text(to_coco, name)),
        ("YOLO", "folder_zip", "-yolo.zip", "application/zip", lambda: _yolo_zip(items, stem)),
        ("Pascal VOC", "code", ".xml", "application/xml", text(to_voc, name)),
        ("Crops", "crop", "-crops.zip", "application/zip", lambda: _crops_zip(picture, items)),
    )
    return [Format(*one, notes.get(one[0], ())) for one in table]


def _annotated(
    picture: Attachment, items: Sequence[Item], colour_of: Mapping[str, Colour], view: View
) -> bytes:
    """The picture in full size, drawn on as on the screen."""
    drawing = draw(
        full(picture),
        items,
        colour_of=colour_of,
        labels=view.labels,
        numbered=view.numbered,
        opacity=view.opacity,
    )
    return png(drawing.image)


def _yolo_zip(items: Sequence[Item], stem: str) -> bytes:
    """The labels, named after the picture as YOLO wants it, and the classes."""
    written = to_yolo(items)
    texts = {
        f"labels/{stem}.txt": written.labels,
        "classes.txt": written.classes,
        "data.yaml": written.data,
    }
    return _zip({name: text.encode() for name, text in texts.items()})


def _crops_zip(picture: Attachment, items: Sequence[Item]) -> bytes:
    """A PNG for each item, in full size; masks without their background."""
    whole = full(picture)
    files = {}
    for number, item in enumerate(items, 1):
        part = cut_out(whole, item) if isinstance(item, Mask) else crop(whole, item)
        files[f"{number:03d}{_in_a_file_name(item.label)}.png"] = png(part)
    return _zip(files)


def _in_a_file_name(label: str) -> str:
    """A label as a part of a file's name: its letters and digits in any script, up to 40."""
    words = "".join(c if c.isalnum() else " " for c in label).split()
    return "".join(f"-{word}" for word in words)[:40]


def _zip(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()
