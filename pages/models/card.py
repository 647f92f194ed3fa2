"""All that is known of one model, and the way to use it."""

import streamlit as st

from components.markdown.literal import literal
from components.markdown.markdown import shown
from components.prices import price_table
from components.settings.run_settings import current_settings, use_model
from gemini.api.connect import Backend
from gemini.models.availability import ending
from gemini.models.capabilities import Capabilities, Thinking, chat_models
from gemini.models.prices import Price, Rates, price_for
from pages.models.table import in_order

NAMED = (
    ("input", "Prompt"),
    ("output", "Answer and thoughts"),
    ("cached", "Prompt from a cache"),
    ("audio_input", "Audio in the prompt"),
    ("cached_audio", "Audio from a cache"),
    ("image_output", "Generated images"),
    ("video_output", "Generated videos"),
)
"""The fields of `gemini.models.prices.Rates`, and what they are called here."""


def draw_model(model: Capabilities, backend: Backend) -> None:
    """Draw what a model is, takes, gives and costs on a backend, and when it ends there."""
    with st.container(border=True):
        st.header(literal(model.display_name), anchor=False)
        if model.description:
            st.markdown(shown(model.description))
        _draw_use(model)
        facts, price = st.columns([3, 2], gap="large")
        with facts:
            _draw_facts(model)
        with price:
            _draw_price(model, priced=backend != "emulator")
        if end := ending(model.name, backend):
            st.caption(f":material/event_busy: {end}")
        for note in model.notes:
            st.caption(f":material/info: {note}")
        if not model.checked:
            st.caption(
                ":material/help: The model table doesn't list its family: what it reads and how "
                "it thinks is unknown, so every setting is offered."
            )


def _draw_use(model: Capabilities) -> None:
    used = current_settings().model.name == model.name
    answers = bool(chat_models([model])) or model.is_tuned
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "In use" if used else "Use for this session",
            key="models-use",
            type="primary",
            icon=":material/check:" if used else ":material/arrow_forward:",
            disabled=used or not answers,
            on_click=use_model,
            args=(model.name,),
        )
        st.code(model.name, language=None, width="content")
    if model.reached_by:
        own = " Its own page offers it." if model.outputs & {"video", "music"} else ""
        said = f"It answers through {model.reached_by} only, so it isn't in the sidebar."
        st.caption(f"{said}{own if model.only_interactions else ''}")
    elif not answers:
        st.caption("It can't answer prompts, so it isn't in the sidebar; its own pages offer it.")


def _draw_facts(model: Capabilities) -> None:
    rows = [
        ("Reads", ", ".join(in_order(model.inputs))),
        ("Writes", ", ".join(in_order(model.outputs))),
        ("Prompt", _tokens(model.input_token_limit)),
        ("Answer", _tokens(model.output_token_limit)),
        ("Thinking", thinking_of(model.thinking)),
        ("Candidates", f"up to {model.max_candidates}" if model.max_candidates > 1 else "one"),
        ("Defaults", _defaults(model)),
        ("Methods", ", ".join(sorted(model.actions))),
        ("Ignores", ", ".join(sorted(model.ignored))),
        ("Refuses", ", ".join(sorted(model.refused))),
    ]
    st.table(
        [{"What": name, "Value": text} for name, text in rows if text],
        border="horizontal",
        hide_index=True,
        hide_header=True,
    )


def thinking_of(thinking: Thinking) -> str:
    """How a model's thinking is steered, in words."""
    if thinking.kind == "level":
        default = f"; {thinking.default_level} if none is sent" if thinking.default_level else ""
        return f"by level: {', '.join(thinking.levels)}{default}"
    if thinking.kind == "budget":
        off = ", or off" if thinking.can_turn_off else "; it can't be switched off"
        return f"by budget: {thinking.min_budget:,} to {thinking.max_budget:,} tokens{off}"
    return "none" if thinking.kind == "none" else "unknown"


def _defaults(model: Capabilities) -> str:
    said = {"temperature": model.temperature, "top P": model.top_p, "top K": model.top_k}
    return ", ".join(f"{name} {value:g}" for name, value in said.items() if value is not None)


def _tokens(limit: int | None) -> str:
    return f"up to {limit:,} tokens" if limit else ""


def _draw_price(model: Capabilities, *, priced: bool) -> None:
    if not priced:
        st.caption("The local emulator costs nothing.")
        return
    st.markdown("**Price**, US dollars per million tokens")
    table = price_table()
    price = price_for(model.name, table)
    if price is None:
        st.caption(f"Not in the price table of {table.date:%d %b %Y}.")
        return
    if price.song is None:
        st.table(_rows(price), border="horizontal", hide_index=True)
    else:
        st.caption(f"{price.song:.10g} for a song, whatever its tokens.")
    if price.second:
        said = ", ".join(f"{rate:.10g} at {size}" for size, rate in price.second.items())
        st.caption(f"A second of video is {said}.")
    until = f" Until {price.until:%d %b %Y}." if price.until else ""
    st.caption(
        f"The Gemini API's paid tier, read {price.read:%d %b %Y}; table of {table.date:%d %b %Y}."
        f"{until} Vertex AI, batches and other tiers differ."
    )


def _rows(price: Price) -> list[dict[str, str]]:
    """A row for each rate that is known; a second column for long prompts where they cost more."""
    long = f"Above {price.threshold:,} tokens" if price.threshold and price.above else ""
    rows = []
    for field, name in NAMED:
        if getattr(price.rates, field) is None:
            continue
        row = {"For": name, "Price": _dollars(price.rates, field)}
        if long and price.above:
            row[long] = _dollars(price.above, field)
        rows.append(row)
    return rows


def _dollars(rates: Rates, field: str) -> str:
    value = getattr(rates, field)
    return "" if value is None else f"{value:.10g}"
