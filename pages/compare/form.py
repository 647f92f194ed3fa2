"""What is asked on the compare page, and of whom: the prompt, the columns, repeats, a sweep."""

import streamlit as st

from components.attachments.page import draw_media_prompt
from components.connection import current_connection, model_named, models
from components.keyboard import RUN
from components.markdown.literal import literal
from components.samples import draw_about, draw_sample_buttons
from components.session import bound, bound_field
from components.settings.run_settings import RunSettings
from components.settings.widgets import draw_setting
from components.setup_link import linked_prompt
from gemini.models.capabilities import chat_models
from gemini.settings.config import lacking
from gemini.settings.sweep import MOST, SweepError, sweepable
from gemini.settings.table import BY_NAME
from pages.compare.state import MOST_COLUMNS, PAGE, CompareState

MODES = {"columns": "Side by side", "repeats": "Repeats", "sweep": "Sweep"}
VALUES_HELP = {
    "temperature": "Separated by commas, or as a series: 0 to 2 in steps of 0.5. "
    "Empty: evenly spaced.",
    "seed": "Whole numbers separated by commas, or a series: 1 to 5. Empty: from 1 on.",
    "thinking_budget": "Tokens, separated by commas: 0, 1024, 8192; -1 lets the model decide. "
    "Empty: from the smallest to the largest.",
    "thinking_level": "Levels by name, separated by commas. Empty: from the lowest on.",
}
IN_COLUMN = (
    "temperature",
    "thinking_budget",
    "thinking_level",
    "include_thoughts",
    "system_instruction",
    "api",
)


def draw_welcome(comparison: CompareState) -> None:
    """Draw what the page is for, and samples that run at a click."""
    draw_about(PAGE)
    slot = st.empty()  # is there without samples too, or all below would be drawn twice meanwhile
    if not comparison.entries:
        with slot.container():
            draw_sample_buttons(PAGE, lambda sample: _run_sample(comparison, sample["prompt"]))


def draw_form(comparison: CompareState) -> None:
    """Draw the prompt, the kind of comparison, its columns, and Send."""
    comparison.prompt = linked_prompt(PAGE, comparison.prompt)
    st.text_area("Prompt", height=100, **bound_field(comparison, "prompt", PAGE))
    draw_media_prompt(comparison.attachments)
    with st.container(horizontal=True):
        st.segmented_control(
            "How to compare",
            list(MODES),
            format_func=MODES.__getitem__,
            required=True,
            **bound_field(comparison, "mode", PAGE, "default"),
        )
        _draw_extent(comparison)
    trouble = _draw_values(comparison) if comparison.mode == "sweep" else ""
    _draw_columns(comparison)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Send to all",
            key="compare-send",
            type="primary",
            icon=":material/send:",
            shortcut=RUN,
            on_click=comparison.send,
        )
        st.toggle(
            "Blind vote",
            help="Shuffles the answers and hides which model gave which until the vote.",
            **bound_field(comparison, "blind", PAGE),
        )
        st.button(
            "Settings from the sidebar",
            key="compare-take",
            icon=":material/content_copy:",
            type="tertiary",
            on_click=comparison.take_sidebar,
            help="Give every column the sidebar's model and settings.",
        )
    # Below the buttons, which a line more or less would move from under the click.
    if said := trouble or comparison.complaint:
        st.caption(f":material/block: {literal(said)}")


def _draw_extent(comparison: CompareState) -> None:
    """How many columns, how many times, or what is swept in how many steps."""
    if comparison.mode == "columns":
        _draw_count("Columns", comparison, "count", MOST_COLUMNS)
        return
    if comparison.mode == "sweep":
        first = comparison.column(0)
        known = [each for each in sweepable(first.model) if not lacking(each, first.values)]
        offered = [setting.name for setting in known]
        if comparison.swept not in offered:
            comparison.swept = offered[0]
        st.selectbox(
            "Setting",
            offered,
            format_func=lambda name: BY_NAME[name].label,
            width=200,
            **bound_field(comparison, "swept", PAGE, "index", offered),
        )
    if comparison.mode == "repeats" or not comparison.typed.get(comparison.swept):
        label = "Times" if comparison.mode == "repeats" else "Steps"
        _draw_count(label, comparison, "times", MOST)


def _draw_values(comparison: CompareState) -> str:
    """Draw the values of the sweep: a field to type them, the proposed ones while it is empty.
    Returns what is wrong with them, or ""."""
    swept = comparison.swept
    typed = comparison.typed.get(swept, "")
    trouble, proposed = "", ""
    try:
        values = ", ".join(map(str, comparison.values()))
        proposed = "" if typed else values
    except SweepError as error:
        trouble = str(error)
    st.text_input(
        "Values",
        placeholder=proposed,
        help=VALUES_HELP[swept],
        **bound(
            f"compare-values-{swept}",
            typed,
            lambda text: comparison.typed.update({swept: text.strip()}),
        ),
    )
    return trouble


def _draw_count(label: str, comparison: CompareState, name: str, most: int) -> None:
    st.number_input(label, 2, most, width=140, **bound_field(comparison, name, PAGE))


def _draw_columns(comparison: CompareState) -> None:
    """Draw the model and the settings of each column; repeats and sweeps have one."""
    count = comparison.count if comparison.mode == "columns" else 1
    slots = [st.empty() for _ in range(MOST_COLUMNS)]  # by their number, or more would stay, grey
    with slots[count - 1]:
        places = st.columns(count, border=True)
    for number, place in enumerate(places):
        with place:
            _draw_column(comparison.column(number), number)


def _draw_column(settings: RunSettings, number: int) -> None:
    connection = current_connection()
    known = models(connection)[0] if connection else []
    names = [m.name for m in chat_models(known)]
    if settings.model.name not in names:
        names.append(settings.model.name)
    key, model = f"{settings.keys}-model", settings.model.name

    def store(chosen: str | None) -> None:
        settings.chosen = chosen or model
        settings.model = model_named(settings.chosen, known)

    with st.container(horizontal=True, vertical_alignment="bottom", wrap=False):
        st.selectbox(
            f"Model {number + 1}",
            names,
            accept_new_options=True,
            **bound(key, model, store, "index", names),
        )
        off = settings.changed
        dot = " :primary[•]" if off else ""
        with st.popover(f"Settings{dot}", icon=":material/tune:", key=f"{settings.keys}-popover"):
            for name in IN_COLUMN:
                if BY_NAME[name].offered(settings.model):
                    draw_setting(BY_NAME[name], settings, changed=name in off)


def _run_sample(comparison: CompareState, prompt: str) -> None:
    comparison.prompt = prompt
    comparison.send()
