"""Pages, pictures and diagrams that a model wrote as code: to be looked at, once asked for.

A page or an SVG is drawn in a frame that has no origin and no network (preview.js says how): it
can't reach what is around it, and nothing of it is loaded or run before the click. The source
stands above. A Mermaid diagram is drawn in place of its source by Streamlit, as an image; here its
source is shown.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from streamlit.delta_generator import DeltaGenerator

from components.browser_component import browser_component
from components.markdown.code import CodeBlock, code_in
from components.markdown.writing import MERMAID, fetches
from gemini.format import size

Kind = Literal["html", "svg", "mermaid"]

LARGEST = 1_000_000  # characters that are sent to the browser once more
HTML_NAMES = frozenset({"html", "htm", "xhtml"})
MARKUP_NAMES = HTML_NAMES | {"svg", "xml", ""}
HEAD = 2_000  # characters in which it says what it is
ROOT = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype\s+(html|svg)|<(html|svg))\b",
    re.IGNORECASE | re.DOTALL,
)
NAMES = {"html": "the page", "svg": "the image", "mermaid": "the diagram"}
LABELS = {"mermaid": ("Source", "Hide source")}
DEFAULT_LABELS = ("Preview", "Close preview")

SCRIPT = Path(__file__).with_suffix(".js")
FRAME = Path(__file__).with_suffix(".html").read_text(encoding="utf-8")
STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Previewable:
    """Code that can be looked at as something else."""

    kind: Kind
    source: str


def previewable(text: str) -> list[Previewable]:
    """What of a text's code can be looked at, in its order."""
    blocks = code_in(text)
    return [Previewable(kind, block.source) for block in blocks if (kind := kind_of(block))]


def kind_of(block: CodeBlock) -> Kind | None:
    """What a block of code can be looked at as, None if as nothing else."""
    if MERMAID.match(block.language):
        drawn = block.closed and not fetches(block.source.removesuffix("\n"))
        return "mermaid" if drawn else None
    if block.language not in MARKUP_NAMES or not block.source.strip():
        return None
    match = ROOT.match(block.source[:HEAD])
    root = (match[1] or match[2]).lower() if match else ""
    if root == "svg" or block.language == "svg":
        return "svg"
    return "html" if root or block.language in HTML_NAMES else None


def draw_previews(place: DeltaGenerator, text: str, key: str) -> None:
    """Draw a way to look at each such block of a text. `key` tells one text's from another's."""
    blocks = previewable(text)
    for number, each in enumerate(blocks, 1):
        if len(each.source) > LARGEST:
            about = f"Too large for a preview ({size(len(each.source.encode()))})"
            place.caption(f":material/visibility_off: {about}")
            continue
        ordinal = f" {number}" if len(blocks) > 1 else ""
        opened, closed = LABELS.get(each.kind, DEFAULT_LABELS)
        name = f"{key}-{number}"
        with place:
            browser_component("preview", SCRIPT, FRAME, STYLE)(
                key=f"preview-{name}",
                data={
                    "key": name,
                    "kind": each.kind,
                    "name": NAMES[each.kind] + ordinal,
                    "open": opened + ordinal,
                    "close": closed + ordinal,
                    "source": each.source,
                },
            )
