"""What a batch will take, said before it is sent."""

import streamlit as st

from components.connection import current_connection
from components.markdown.literal import literal
from components.prices import price_table
from gemini.batches.plan import PRICE_SHARE
from gemini.models.prices import MILLION, price_for


def draw_estimate(tokens: int, model: str) -> None:
    """Say how many tokens of text go out, and what they cost where that is known."""
    said = [f"About {tokens:,} tokens of text go out, for **{literal(model)}**"]
    connection = current_connection()
    if connection is not None and connection.target.backend == "emulator":
        said.append("the local emulator costs nothing")
    elif price := price_for(model, price_table()):
        rates = price.rates_for(0)
        cost, answer = rates.input * PRICE_SHARE, rates.output * PRICE_SHARE
        said.append(
            f"about \\${tokens * cost / MILLION:.4f} at half the usual price, and \\${answer:g} "
            f"for a million tokens of answers (prices read {price.read:%d %b %Y})"
        )
    else:
        said.append("its price is not in the price table")
    st.caption(f"{'; '.join(said)}.")
