"""Pascal VOC: an XML document for a picture, whole pixels, the first of which is number 1.

A box's xmin and ymin are its first pixel and xmax and ymax its last (The PASCAL VOC Challenge
2012, development kit, section 4). Points have no element in this format, and a mask is its box.
"""

from collections.abc import Sequence
from xml.etree import ElementTree

from gemini.spatial.formats import ExportedText, FormatError, Loaded, class_name, left_out
from gemini.spatial.items import SCALE, Box, Item, Mask, Point


def write(
    items: Sequence[Item], size: tuple[int, int], file_name: str = "image.png"
) -> ExportedText:
    """The document, indented, in the order of the items."""
    root = ElementTree.Element("annotation")
    _add(root, "filename", file_name)
    shape = ElementTree.SubElement(root, "size")
    for tag, length in (("width", size[0]), ("height", size[1]), ("depth", 3)):
        _add(shape, tag, length)
    _add(root, "segmented", 0)
    boxes = [item for item in items if not isinstance(item, Point)]
    for box in boxes:
        _object(root, box, size)
    ElementTree.indent(root)
    masked = sum(isinstance(item, Mask) for item in items)
    notes = left_out(len(items) - len(boxes), "point", "Pascal VOC has boxes only")
    notes += left_out(masked, "mask", "the boxes around them are written")
    return ExportedText(ElementTree.tostring(root, encoding="unicode") + "\n", notes)


def read(text: str) -> Loaded:
    """The boxes of a document and the picture's size.

    Raises:
        FormatError: when it isn't VOC, or has a document type (a way to exhaust the memory).
    """
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise FormatError("XML with a document type isn't read. Remove that part of the file.")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - without a document type it is harmless
        size = _number(root, "size/width"), _number(root, "size/height")
        items = tuple(_box(element, size) for element in root.iterfind("object"))
    except (ElementTree.ParseError, ValueError) as error:
        raise FormatError(f"This is no Pascal VOC file: {error}.") from error
    return Loaded(items, size)


def _object(root: ElementTree.Element, box: Box, size: tuple[int, int]) -> None:
    element = ElementTree.SubElement(root, "object")
    _add(element, "name", class_name(box.label))
    _add(element, "pose", "Unspecified")
    _add(element, "truncated", 0)
    _add(element, "difficult", 0)
    bounds = ElementTree.SubElement(element, "bndbox")
    left, top, right, bottom = box.pixels(size)
    for tag, pixel in (("xmin", left + 1), ("ymin", top + 1), ("xmax", right), ("ymax", bottom)):
        _add(bounds, tag, pixel)


def _add(parent: ElementTree.Element, tag: str, value: object) -> None:
    ElementTree.SubElement(parent, tag).text = str(value)


def _box(element: ElementTree.Element, size: tuple[int, int]) -> Box:
    name = element.findtext("name") or ""
    xmin, ymin, xmax, ymax = (
        _number(element, f"bndbox/{tag}") for tag in ("xmin", "ymin", "xmax", "ymax")
    )
    width, height = size
    if not (1 <= xmin <= xmax <= width and 1 <= ymin <= ymax <= height):
        raise ValueError(f"the box of {name!r} isn't inside the image")
    left, top = (xmin - 1) * SCALE / width, (ymin - 1) * SCALE / height
    return Box(name, top, left, ymax * SCALE / height, xmax * SCALE / width)


def _number(element: ElementTree.Element, path: str) -> int:
    """A whole number; tools that write fractions of pixels are rounded."""
    text = element.findtext(path)
    if text is None:
        raise ValueError(f"{path} is missing")
    try:
        return round(float(text))
    except OverflowError as error:
        raise ValueError(f"{path} is no size") from error
