"""Text that is no Markdown, such as a model's label, where Streamlit would read it as Markdown."""

import re

from components.markdown import shown

MARKS = re.compile(r"[\\`*_\[\]<>#~|!]")


def literal(text: str) -> str:
    """Markdown that shows `text` as the very characters it is, on one line."""
    return shown(MARKS.sub(r"\\\g<0>", " ".join(text.split())))
