"""The form of a tuning: its examples, how it learns, what is wrong with it, and the button."""

import streamlit as st

from components.answer.problem import draw_problem
from components.samples import samples
from components.settings.run_settings import current_settings
from gemini.api.problems import Problem
from gemini.batches.inputs import table_of_file
from gemini.embeddings.texts import Sheet
from gemini.resources.tunings import FEWEST, as_jsonl, findings
from pages.tuning.state import PAGE, TuningState

ADAPTERS = ["ADAPTER_SIZE_ONE", "ADAPTER_SIZE_FOUR", "ADAPTER_SIZE_EIGHT", "ADAPTER_SIZE_SIXTEEN"]


def draw_samples(state: TuningState) -> None:
    """Draw the sets of examples that fill the table at a click."""
    with st.container(horizontal=True, gap="small"):
        for number, sample in enumerate(samples(PAGE)["samples"]):
            sheet = Sheet(("prompt", "answer"), tuple(map(tuple, sample["rows"])))
            st.button(
                sample["label"],
                key=f"tuning-sample-{number}",
                icon=f":material/{sample['icon']}:",
                help="Fills the table; nothing is sent.",
                on_click=state.take,
                args=(sheet,),
            )


def draw_form(state: TuningState) -> None:
    """Draw the fields of a tuning on Vertex AI."""
    st.text_input("Examples", key="tuning-source", placeholder="gs://bucket/train.jsonl",
                  persist_state="session")  # fmt: skip
    st.text_input("Validation examples", key="tuning-validation",
                  placeholder="gs://bucket/validation.jsonl (optional)",
                  persist_state="session")  # fmt: skip
    _draw_learning()
    st.button(
        "Start tuning",
        key="tuning-start",
        type="primary",
        icon=":material/model_training:",
        on_click=state.start,
    )
    if state.complaint:
        st.caption(f":material/block: {state.complaint}")


def draw_examples(state: TuningState) -> None:
    """Draw the examples, what is amiss with them, and the file to take along."""

    def take() -> None:
        file = st.session_state.get("tuning-file")
        if file is None:
            return
        try:
            state.take(table_of_file(file.name, file.getvalue()))
        except ValueError as error:
            remedy = "Fix it and try again. The examples are unchanged."
            state.problem = Problem("table", "This isn't a table", str(error), remedy)

    st.file_uploader(
        "Examples as CSV or JSONL",
        type=["csv", "tsv", "jsonl"],
        key="tuning-file",
        on_change=take,
        help="A column of prompts and one of answers; JSONL with an object per line.",
    )
    if state.problem:
        draw_problem(state.problem)
    if not state.sheet.rows:
        st.caption(f"At least {FEWEST} examples, from a file or a sample above.")
        return
    _draw_columns(state)
    rows = [{"prompt": e.prompt, "answer": e.answer} for e in state.examples]
    st.dataframe(rows, hide_index=True, height=220, key=f"tuning-examples-{state.version}")
    problems = list(findings(state.examples))
    for finding in problems:
        st.caption(f":material/warning: {finding}")
    if not problems:
        st.caption(f":material/check: {len(rows):,} examples, no problems found.")
    st.download_button(
        "JSONL for Vertex AI",
        as_jsonl(state.examples),
        file_name="examples.jsonl",
        mime="application/jsonl",
        key="tuning-download",
        icon=":material/download:",
        help="Upload this file to Cloud Storage.",
        on_click="ignore",
    )


def _draw_columns(state: TuningState) -> None:
    columns = list(state.sheet.columns)
    if len(columns) == 2 and columns == ["prompt", "answer"]:
        return
    prompt, answer = st.columns(2)
    prompt.selectbox("Prompt column", columns, key="tuning-prompt-column")
    answer.selectbox("Answer column", columns, index=len(columns) - 1,
                     key="tuning-answer-column")  # fmt: skip


def _draw_learning() -> None:
    """The model to begin with, the name, and how it learns."""
    base, title = st.columns(2)
    base.text_input("Base model", key="tuning-base", placeholder=current_settings().model.name,
                    persist_state="session")  # fmt: skip
    title.text_input("Display name", key="tuning-title", placeholder="A name to recognize it by",
                     persist_state="session")  # fmt: skip
    epochs, rate, adapter = st.columns(3)
    own = "default"
    epochs.number_input("Epochs", min_value=1, value=None, key="tuning-epochs", placeholder=own,
                        persist_state="session")  # fmt: skip
    rate.number_input(
        "Learning rate multiplier",
        min_value=0.0,
        value=None,
        step=0.1,
        key="tuning-rate",
        placeholder=own,
        persist_state="session",
    )
    adapter.selectbox(
        "Adapter size",
        ADAPTERS,
        index=None,
        key="tuning-adapter",
        placeholder=own,
        format_func=lambda size: size.removeprefix("ADAPTER_SIZE_").lower(),
        persist_state="session",
    )
