"""The models of this connection as a table: searched, filtered, one of them picked."""

from collections.abc import Sequence

import streamlit as st

from components.format import table_height
from components.prices import price_table
from gemini.models.capabilities import Capabilities
from gemini.models.prices import price_for
from gemini.models.search import matching, offered

WORDS, ABILITIES = "models-words", "models-abilities"  # session state, of the widgets
THINKING = {"none": "no", "budget": "budget", "level": "levels", "unknown": "unknown"}


def draw_filters(models: Sequence[Capabilities]) -> list[Capabilities]:
    """Draw the search and the filters; the models that are left."""
    words = st.text_input(
        "Search",
        key=WORDS,
        placeholder="Part of a name or description",
        icon=":material/search:",
    )
    abilities = st.pills("Can", offered(models), key=ABILITIES, selection_mode="multi")
    left = matching(models, words, abilities)
    if not left:
        st.info("No models match these filters.", icon=":material/search_off:")
        st.button("Clear the filters", icon=":material/filter_alt_off:", on_click=_clear)
    elif len(left) < len(models):
        st.caption(f"{len(left)} of {len(models)} models.")
    return left


def draw_table(models: Sequence[Capabilities], *, priced: bool) -> Capabilities:
    """Draw the models as rows; the one that was picked, at first the first."""
    names = [model.name for model in models]
    picked = st.dataframe(
        [_row(model, priced=priced) for model in models],
        key=f"models-table-{hash(tuple(names))}",  # rows of another list are other models
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": [0]}},
        height=table_height(len(models)),
        column_config={
            "Model": st.column_config.TextColumn(width="medium"),
            "$ in": st.column_config.NumberColumn(
                format="%.3g", help="US dollars per million prompt tokens."
            ),
            "$ out": st.column_config.NumberColumn(
                format="%.3g", help="US dollars per million tokens of answers and thoughts."
            ),
            "Context": st.column_config.NumberColumn(
                format="localized", help="The most tokens a prompt can have."
            ),
            "Answer": st.column_config.NumberColumn(
                format="localized", help="The most tokens an answer can have."
            ),
        },
    )
    rows = picked["selection"]["rows"]
    return models[rows[0]] if rows and rows[0] < len(models) else models[0]


def _row(model: Capabilities, *, priced: bool) -> dict[str, object]:
    row: dict[str, object] = {
        "Model": model.name,
        "Context": model.input_token_limit,
        "Answer": model.output_token_limit,
        "Thinks": THINKING[model.thinking.kind],
        "Reads": ", ".join(in_order(model.inputs)),
        "Writes": ", ".join(in_order(model.outputs)),
    }
    if priced:
        price = price_for(model.name, price_table())
        by_tokens = price is not None and price.song is None
        row["$ in"] = price.rates.input if price and by_tokens else None
        row["$ out"] = price.rates.output if price and by_tokens else None
    return row


def in_order(kinds: frozenset[str]) -> list[str]:
    """What a model reads or writes, text first."""
    return sorted(kinds, key=lambda kind: (kind != "text", kind))


def _clear() -> None:
    st.session_state[WORDS], st.session_state[ABILITIES] = "", []
