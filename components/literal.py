"""Text that is no Markdown, such as a model's label, where Streamlit would read it as Markdown."""

import re

from components.answers.markdown import SYMBOL, WORD_JOINER, shown

MARKS = re.compile(r"[\\`*_\[\]<>#~|!]")


def literal(text: str) -> str:
    """Markdown that shows `text` as the very characters it is, on one line."""
    plain = SYMBOL.sub(lambda m: m[0] + WORD_JOINER, " ".join(text.split()))
    return shown(MARKS.sub(r"\\\g<0>", plain))
