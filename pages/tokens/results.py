"""What was counted: a row for each model, what the count leaves out, the tokens one by one."""

import streamlit as st

from components.attachments.state import Attachments
from components.calls import draw_call
from components.connection import current_connection, model_named, models
from components.connection_panel import offers
from components.prices import price_table
from components.settings.run_settings import current_settings
from gemini.api.call import ApiCall
from gemini.format import counted, duration
from gemini.models.prices import price_for
from pages.tokens.state import TokensState

SHOWN_TOKENS = 5000  # rows of the list of tokens
MILLION = 1_000_000
PRICE = "Price of the input ($)"  # a column, left out where nothing has a price


def draw_running(state: TokensState) -> None:
    """Follow what is being counted until it has ended."""
    if not state.running:
        return
    st.button("Stop", key="tokens-stop", icon=":material/stop_circle:", on_click=state.stop)
    place, said = st.empty(), ""
    with st.spinner("Counting", show_time=True):
        while state.look_up():
            if state.asked_again != said:
                said = state.asked_again
                place.caption(said)
    st.rerun()


def draw_counts(state: TokensState) -> None:
    """Draw the table of counts, then each call down to the wire; a problem names its model."""
    calls = [(count.arguments["model"], call) for count in state.counts if (call := count.call)]
    good = [(model, call) for model, call in calls if call.response is not None]
    if good:
        rows = [_row(model, call, state.attachments) for model, call in good]
        priced = any(row[PRICE] is not None for row in rows)
        st.dataframe(
            rows,
            hide_index=True,
            column_order=[name for name in rows[0] if priced or name != PRICE],
            column_config={
                "Tokens": st.column_config.NumberColumn(format="localized"),
                "Of its limit": st.column_config.ProgressColumn(
                    format="percent", help="The share of the model's input token limit."
                ),
                PRICE: st.column_config.NumberColumn(format="%.6f", help=_price_help()),
            },
        )
        _draw_left_out()
        if state.changed:
            st.caption(":material/edit: The text or files have changed. Count again.")
    for model, call in calls:
        if call.problem:
            st.markdown(f"`{model}`")
        draw_call(call, f"tokens-{model}")


def draw_listing(state: TokensState) -> None:
    """Draw the tokens of the text one by one, or why they are not to be had here."""
    st.header("Each token", anchor=False)
    if not offers("compute_tokens"):
        return
    st.button(
        "List the tokens of the text",
        key="tokens-list",
        icon=":material/format_list_numbered:",
        on_click=state.list_tokens,
        help="With the first of the models. Tokens of files aren't shown.",
    )
    call = state.listed.call if state.listed else None
    if call is None:
        return
    if call.response is not None:
        _draw_tokens(call)
    draw_call(call, "tokens-listed")


def _row(model: str, call: ApiCall, media: Attachments) -> dict[str, object]:
    connection = current_connection()
    limit = model_named(model, models(connection)[0] if connection else []).input_token_limit
    tokens = call.response.total_tokens or 0
    return {
        "Model": model,
        "Tokens": tokens,
        "Of its limit": min(tokens / limit, 1.0) if limit else None,
        PRICE: input_price(model, tokens, call, media),
        "Time": duration(call.seconds or 0.0),
    }


def input_price(model: str, tokens: int, call: ApiCall, media: Attachments) -> float | None:
    """What the prompt costs in dollars, without any answer; None where it is unknown.

    That is also so for sounds where they cost more than text: the count doesn't tell them apart.
    """
    price = price_for(model, price_table())
    if price is None or call.backend == "emulator":
        return None
    rates = price.rates_for(tokens)
    sounds = any(one.kind in {"audio", "video"} for one in media.media)
    if sounds and rates.audio_input not in {None, rates.input}:
        return None
    return tokens * rates.input / MILLION


def _price_help() -> str:
    return (
        "Without the answer, at the standard rate of the Gemini API's paid tier, by the price "
        f"table of {price_table().date:%d %b %Y}. Empty where that isn't known."
    )


def _draw_left_out() -> None:
    """Say what the count is of: the contents alone, or what is set in the sidebar as well."""
    connection = current_connection()
    config = current_settings().config()
    named = {"system_instruction": "the system instruction", "tools": "the tools"}
    there = " and ".join(words for name, words in named.items() if config.get(name))
    if connection is not None and connection.target.backend == "vertex":
        also = f" The count includes {there} from the sidebar." if there else ""
        st.caption(f"Counted by Vertex AI, with system instruction and tools.{also}")
    elif there:
        st.warning(
            f"The prompt alone. The Gemini API doesn't count {there} from the sidebar, so a "
            "request has more tokens than this.",
            icon=":material/info:",
        )
    else:
        st.caption("The prompt alone: the Gemini API doesn't count system instructions and tools.")


def _draw_tokens(call: ApiCall) -> None:
    rows = [
        {"Token": token.decode("utf-8", "backslashreplace"), "Id": number}
        for info in call.response.tokens_info or []
        for token, number in zip(info.tokens or [], info.token_ids or [], strict=False)
    ]
    if not rows:
        st.caption("The model lists no tokens.")
        return
    st.caption(
        counted(len(rows), "token") + (f", the first {SHOWN_TOKENS:,}" * (len(rows) > SHOWN_TOKENS))
    )
    st.dataframe(rows[:SHOWN_TOKENS], height=320)
