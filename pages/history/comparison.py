"""Two runs beside each other: their settings, their figures, and their answers word by word."""

from collections.abc import Iterable

import streamlit as st

from components.markdown.literal import literal
from components.prices import cost_of
from gemini.compare import (
    MOST_WORDS,
    ChangeKind,
    Piece,
    answer_text,
    differences,
    is_cut,
    lines,
    word_diff,
)
from gemini.format import money
from gemini.request import text_of
from gemini.run import Run

NOT_SET = "not set"
EMPTY_LINE = ":small[]"
MARKED: dict[ChangeKind, str] = {
    "same": "{}",
    "removed": ":red-background[~~{}~~]",
    "added": ":green-background[**{}**]",
}


def draw_comparison(one: Run, other: Run, names: tuple[str, str]) -> None:
    """Draw how two runs differ; `names` are what they are called, the first one's first."""
    st.header("Settings", anchor=False)
    changes = differences(one.request, other.request)
    if changes:
        rows = [
            {
                "Setting": literal(d.name),
                names[0]: literal(d.one or NOT_SET),
                names[1]: literal(d.other or NOT_SET),
            }
            for d in changes
        ]
        st.table(rows, border="horizontal", hide_index=True)
        st.caption("Every other setting is the same.")
    else:
        st.caption("Model and settings are the same.")
    st.header("Figures", anchor=False)
    st.table(_figures(one, other, names), border="horizontal", hide_index=True)
    prompts = (text_of(one.request.last_parts), text_of(other.request.last_parts))
    if prompts[0] != prompts[1]:
        st.header("Prompt", anchor=False)
        draw_text_diff(*prompts, names)
    st.header("Answer", anchor=False)
    draw_text_diff(answer_text(one), answer_text(other), names)


def draw_text_diff(one: str, other: str, names: tuple[str, str]) -> None:
    """Draw a text with what is only in the first struck through, what is only in the other bold."""
    if not (one or other):
        st.caption("Both texts are empty.")
        return
    if one == other:
        st.caption("The texts are the same, word for word.")
    else:
        removed = MARKED["removed"].format(f"only in {names[0]}")
        st.markdown(f"{removed} {MARKED['added'].format(f'only in {names[1]}')}")
    with st.container(border=True):
        st.markdown(_marked(word_diff(one, other)))
    if one != other and is_cut(one, other):
        st.caption(f"The first {MOST_WORDS:,} words of each are compared.")


def _marked(pieces: list[Piece]) -> str:
    """Markdown of the pieces: every character as it is, line ends kept, the changes marked."""
    return "\\\n".join(_line(line) or EMPTY_LINE for line in lines(pieces))


def _line(line: Iterable[Piece]) -> str:
    shown = (MARKED[piece.kind].format(literal(piece.text)) for piece in line if piece.text.strip())
    return " ".join(shown)


def _figures(one: Run, other: Run, names: tuple[str, str]) -> list[dict[str, str]]:
    rows = (
        ("Outcome", *(run.problem.title if run.problem else run.outcome for run in (one, other))),
        ("Finish", *(_finish(run) for run in (one, other))),
        ("First token", *(_seconds(run.timing.first_part) for run in (one, other))),
        ("Total", *(_seconds(run.timing.end) for run in (one, other))),
        ("Tokens in", *(_count(run.usage.get("prompt_token_count")) for run in (one, other))),
        ("Tokens out", *(_count(run.output_tokens) for run in (one, other))),
        ("Cost (estimate)", *(_dollars(cost_of(run)) for run in (one, other))),
    )
    return [{"Figure": name, names[0]: first, names[1]: second} for name, first, second in rows]


def _finish(run: Run) -> str:
    reason = run.candidates[0].finish_reason if run.candidates else None
    return literal(reason) if reason else "none"


def _seconds(value: float | None) -> str:
    return "none" if value is None else f"{value:.2f} s"


def _count(value: int | None) -> str:
    return f"{value:,}" if value else "none"


def _dollars(value: float | None) -> str:
    return "unknown" if value is None else literal(money(value, 6))
