"""How texts are embedded: the model, the task, the size of the vectors, and Embed."""

import streamlit as st

from components.answer.problem import draw_problem
from components.connection import models, usable_connection
from components.keyboard import RUN
from components.session import bound, bound_field
from gemini.embeddings.inputs import embedder, embedding_models, size_of, takes_title, tasks
from gemini.format import counted
from gemini.models.capabilities import Capabilities
from pages.embeddings.state import PAGE, EmbeddingsState

LIKED = ("gemini-embedding-001", "gemini-embedding-2")  # the first takes many texts a request


def draw_form(state: EmbeddingsState, *, busy: bool) -> None:
    """Draw the settings that embedding has, and the button. Those of the sidebar don't apply.

    While it is `busy` with vectors the button can't be pressed.
    """
    known = _draw_model(state)
    task, size = st.columns(2)
    with task:
        _draw_task(state)
    with size:
        _draw_size(state)
    if state.task:
        how = embedder(state.model or "").tasks
        said = f"`task_type`: `{state.task}`" if how == "config" else "words before each text"
        said += "; images and audio go without" if state.media else ""
        st.caption(f"{tasks()[state.task].use} Sent as {said}.")
    if takes_title(state.task):
        st.text_input(
            "Title of the document (optional)",
            help="Sent with every text, if all are parts of one document.",
            **bound_field(state, "title", PAGE),
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        count = len(state.items)
        st.button(
            f"Embed {counted(count, 'item' if state.media else 'text')}" if count > 1 else "Embed",
            key="embeddings-embed",
            type="primary",
            icon=":material/scatter_plot:",
            shortcut=RUN,
            disabled=busy,
            on_click=state.embed,
        )
        if state.complaint:
            st.caption(f":material/block: {state.complaint}")
    about = next((m.description for m in known if m.name == state.model), "")
    st.caption(f"{about} The sidebar's run settings aren't used here.".strip())


def _draw_model(state: EmbeddingsState) -> list[Capabilities]:
    """Draw the choice of those that embed; any other can be typed. Gives those that are known."""
    connection, problem = usable_connection()
    listed, problem = models(connection) if connection else ([], problem)
    known = embedding_models(listed)
    names = [m.name for m in known]
    if state.model is None:
        state.model = next((n for n in (*LIKED, *names) if n in names), LIKED[0])
    if state.model not in names:
        names.append(state.model)
    titles = {m.name: m.display_name for m in known}
    st.selectbox(
        "Model",
        names,
        accept_new_options=True,
        format_func=lambda name: titles.get(name, str(name)),
        help="Choose an embedding model, or type any other name.",
        **bound_field(state, "model", PAGE, "index", names),
    )
    if problem:
        draw_problem(problem)
    elif connection and not known:
        st.caption(":material/info: This connection lists no embedding models.")
    return known


def _draw_task(state: EmbeddingsState) -> None:
    known = tasks()
    st.selectbox(
        "Task",
        list(known),
        index=None,
        placeholder="Not set",
        format_func=lambda name: known[name].title,
        help="What the embeddings are for.",
        **bound_field(state, "task", PAGE, None),
    )


def _draw_size(state: EmbeddingsState) -> None:
    sizes = [str(size) for size in embedder(state.model or "").sizes]
    now = str(state.size) if state.size else None
    if now and now not in sizes:
        sizes.append(now)

    def store(typed: str | None) -> None:
        state.complaint = ""
        try:
            state.size = size_of(typed)
        except ValueError as error:
            state.complaint = str(error)

    st.selectbox(
        "Dimensions",
        sizes,
        index=None,
        placeholder="Model's default",
        accept_new_options=True,
        help="output_dimensionality: fewer dimensions take less space and hold less detail. You "
        "can type any number.",
        **bound("embeddings-size", now, store, None),
    )
