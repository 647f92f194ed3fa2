"""Text that isn't Markdown, such as a model's label, where Streamlit would read it as Markdown."""

import re

from components.markdown.writing import CUT, escaped_line

DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of writing: in a name they can show `exe.pdf` for `fdp.exe`."""
MAIL = re.compile(r"(?<=[\w.+-])@(?=[\w-]+\.)")
"""In an e-mail address, of which Streamlit would make a link."""


def literal(text: str) -> str:
    """Markdown that shows `text` as the very characters it is, on one line."""
    return MAIL.sub(f"{CUT}@", escaped_line(DIRECTIONS.sub("", text)))
