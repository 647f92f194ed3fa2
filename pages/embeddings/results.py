"""What came of embedding a set: heat map, neighbours, map, vectors, and the request itself."""

from functools import partial

import streamlit as st

from components.answer.inspector import draw_inspector
from components.answer.problem import draw_problem
from components.format import why_again
from components.pieces import draw_tabs
from components.prices import price_of
from components.session import bound
from gemini.embeddings.vectors import neighbours, to_csv, to_json, to_npy, tokens_of
from gemini.format import counted, duration
from gemini.live_run import LiveRun, Retrying
from pages.embeddings.charts import draw_heat_map, draw_map
from pages.embeddings.media import thumbnail
from pages.embeddings.state import PAGE, TABS, EmbeddingsState, Shown

LOOK_UP_EVERY = 0.2  # seconds
MOST_NEIGHBOURS = 10
FIRST_NUMBERS = 32  # of a vector, drawn in the table
PICTURE = "Image"  # the column of small pictures
OFF_UNIT = 0.01  # how far from 1 a length may be by rounding
SHORTENED = "https://ai.google.dev/gemini-api/docs/embeddings"


def draw_results(state: EmbeddingsState, *, busy: bool) -> None:
    """Draw what there is; while vectors are being fetched, how many have come."""
    if state.live is None:
        st.caption("Similarity, neighbors, a map and the vectors will appear here.")
        return
    if busy:
        st.button("Stop", key="embeddings-stop", icon=":material/stop_circle:", on_click=state.stop)
        _follow(state)
        st.rerun()
    shown = state.shown()
    for live in state.runs:
        if live.run.problem and state.missing():
            draw_problem(live.run.problem)
    _draw_missing(state, shown)
    if shown.texts:
        _draw_tabs(state, shown)
    st.caption(_figures(state, shown))
    with st.expander("Request, response and code", key="embeddings-details", type="compact",
                     icon=":material/terminal:", on_change="rerun") as place:  # fmt: skip
        if place.open:
            _draw_details(state)


def _draw_details(state: EmbeddingsState) -> None:
    """Request, response and code of the texts, or of the text that was looked for."""
    runs = {"The set": state.runs[-1].run}
    if state.query_live is not None:
        runs["Search text"] = state.query_live.run
    chosen = "The set"
    if len(runs) > 1:
        chosen = st.segmented_control(
            "Of", list(runs), default=chosen, required=True, key="embeddings-details-of"
        )
    draw_inspector(runs[chosen], PAGE)


def _follow(state: EmbeddingsState) -> None:
    """Show how many texts have their vectors, until all that is under way has ended."""
    bar = st.progress(0.0)
    while live := next((live for live in state.runs if live.running), None):
        entries = live.run.result.get("embeddings") or []
        came, count = sum("values" in e for e in entries), len(live.run.request.contents)
        said = f"{came} of {_items(state, count)} · {duration(live.elapsed)}"
        bar.progress(came / count, f"{said}{_retrying(live)}")
        live.wait(len(live.events), LOOK_UP_EVERY)


def _retrying(live: LiveRun) -> str:
    last = live.events[-1] if live.events else None
    if not isinstance(last, Retrying):
        return ""
    return f" · {why_again(last.status)}. Trying again"


def _draw_missing(state: EmbeddingsState, shown: Shown) -> None:
    """Say how many texts have no vector, and offer to fetch theirs."""
    missing = len(state.missing())
    if not missing:
        return
    if shown.texts:
        count = missing + len(shown.texts)
        whole = _items(state, count)
        st.info(f"{len(shown.texts)} of {whole} have their vectors.", icon=":material/info:")
    elif state.live is not None and state.live.run.outcome == "done":
        st.warning("No vectors came back.", icon=":material/warning:")
    st.button(
        f"Embed the other {missing}" if shown.texts else "Try again",
        key="embeddings-rest",
        icon=":material/refresh:",
        on_click=state.embed_rest,
    )


def _draw_tabs(state: EmbeddingsState, shown: Shown) -> None:
    if state.look_up:  # a sample's question, once its texts are there
        state.find()
    tabs = {
        "Similarity": partial(draw_heat_map, shown),
        "Neighbors": partial(_draw_neighbours, state, shown),
        "Map": partial(draw_map, shown),
        "Vectors": partial(_draw_vectors, shown),
    }
    draw_tabs(TABS, tabs)


def _draw_neighbours(state: EmbeddingsState, shown: Shown) -> None:
    """Draw the texts nearest to one of the set, or to one that is typed."""
    typed = st.segmented_control(
        "Nearest to", ["A text you type", "A text from the set"],
        default="A text you type", required=True, key="embeddings-nearest",
    ) == "A text you type"  # fmt: skip
    if not typed:
        chosen = st.selectbox("Which text", range(len(shown.texts)), key="embeddings-chosen",
                              format_func=lambda n: shown.name(n, 90))  # fmt: skip
        _draw_nearest(shown, shown.matrix[chosen].tolist(), without=chosen)
        return
    _draw_query(state)
    live = state.query_live
    if live is None:
        return
    if live.running:
        _follow_query(live)
        st.rerun()
    if live.run.problem:
        draw_problem(live.run.problem)
        return
    vectors = [v for e in live.run.result.get("embeddings") or [] if (v := e.get("values"))]
    if not vectors or len(vectors[0]) != shown.matrix.shape[1]:
        st.warning("Its vector is missing, or has a different size.", icon=":material/warning:")
        return
    _draw_nearest(shown, vectors[0])


def _follow_query(live: LiveRun) -> None:
    """Show for how long the text is being embedded, until it is."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Stop", key="embeddings-stop-query", icon=":material/stop_circle:", on_click=live.stop
        )
        note = st.empty()
    while not live.ended.wait(LOOK_UP_EVERY):
        note.caption(f"Embedding the text · {duration(live.elapsed)}{_retrying(live)}")


def _draw_query(state: EmbeddingsState) -> None:
    assert state.inputs is not None

    def find(query: str) -> None:
        state.query = query
        state.find()

    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Search text", placeholder="A question, or another text",
                      **bound("embeddings-query", state.query, find))  # fmt: skip
        st.button("Find", key="embeddings-find", icon=":material/search:", on_click=state.find)
    task = state.inputs.looked_for("").task
    if task and task != state.inputs.task:
        st.caption(f"The texts are embedded as {state.inputs.task}, this one as {task}.")


def _draw_nearest(shown: Shown, vector: list[float], without: int = -1) -> None:
    nearest = neighbours(shown.matrix, vector, MOST_NEIGHBOURS + 1)
    nearest = [pair for pair in nearest if pair[0] != without][:MOST_NEIGHBOURS]
    st.dataframe(
        [
            {
                "Cosine": cosine,
                **_picture(shown, n),
                "Label": shown.labels[n],
                "Text": shown.texts[n],
            }
            for n, cosine in nearest
        ],
        hide_index=True,
        column_config={
            "Cosine": st.column_config.ProgressColumn(
                min_value=0, max_value=1, format="%.3f", width=130
            ),
            PICTURE: st.column_config.ImageColumn("", width=60),
            "Label": st.column_config.TextColumn(width=80),
            "Text": st.column_config.TextColumn(width="large"),
        },
    )


def _picture(shown: Shown, number: int) -> dict[str, str]:
    """The cell with a small picture, in tables of sets that have any."""
    return {PICTURE: thumbnail(shown.media[number])} if shown.has_media else {}


def _draw_vectors(shown: Shown) -> None:
    """Draw the vectors as a table, and the files of them."""
    st.dataframe(
        [
            {
                **_picture(shown, n),
                "Text": shown.texts[n],
                "Label": shown.labels[n],
                "Length": float(shown.lengths[n]),
                "Numbers": row[:FIRST_NUMBERS],
            }
            for n, row in enumerate(shown.matrix.tolist())
        ],
        hide_index=True,
        column_config={
            PICTURE: st.column_config.ImageColumn("", width=60),
            "Text": st.column_config.TextColumn(width="medium"),
            "Length": st.column_config.NumberColumn(
                format="%.3f", help="Of the vector as it came back."
            ),
            "Numbers": st.column_config.BarChartColumn(
                f"First {FIRST_NUMBERS} dimensions", width="medium"
            ),
        },
    )
    if abs(shown.lengths - 1).max() > OFF_UNIT:
        st.caption(
            "Not all vectors came back with length 1, so they're normalized here and in the "
            f"downloads, as shortened vectors of gemini-embedding-001 [have to be]({SHORTENED})."
        )
    files = {
        "CSV": (lambda: to_csv(shown.texts, shown.labels, shown.matrix), "text/csv"),
        "JSON": (lambda: to_json(shown.texts, shown.labels, shown.matrix), "application/json"),
        "NPY": (lambda: to_npy(shown.matrix), "application/octet-stream"),
    }
    with st.container(horizontal=True):
        for name, (content, mime) in files.items():
            st.download_button(
                name,
                content,
                file_name=f"embeddings.{name.lower()}",
                mime=mime,
                key=f"embeddings-{name}",
                icon=":material/download:",
                on_click="ignore",
            )


def _items(state: EmbeddingsState, count: int) -> str:
    """How many of what was asked for, in words; with media among them they are not texts."""
    return counted(count, "item" if state.inputs and state.inputs.media else "text")


def _figures(state: EmbeddingsState, shown: Shown) -> str:
    """One quiet line: model, texts, numbers, tokens, time, price."""
    assert state.inputs is not None
    count = len(shown.texts)
    parts = [state.inputs.model, _items(state, count)]
    if shown.texts:
        parts.append(f"{shown.matrix.shape[1]:,} dimensions each")
    tokens = [tokens_of(live.run) for live in state.runs]
    total, exact = sum(number for number, _ in tokens), all(is_exact for _, is_exact in tokens)
    parts.append(counted(total, "token") if exact else f"about {counted(total, 'token')}")
    parts.append(duration(sum(live.elapsed for live in state.runs)))
    parts += filter(None, [price_of(state.runs[-1].run)] if len(state.runs) == 1 else [])
    if any(live.run.outcome == "stopped" for live in state.runs):
        parts.append("stopped")
    return " · ".join(parts)
