"""Vectors as pictures: how alike each two texts are, and where the texts lie on a map."""

import json
from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from gemini.embeddings.vectors import Matrix, chained, flat_map, similarities
from gemini.format import shortened
from pages.embeddings.state import Shown

MOST_NUMBERS = 12  # texts up to which a cell has its number written in it
MOST_NAMES = 24  # texts up to which the axis has the beginnings of the texts
MOST_POINTS = 40  # texts up to which points of the map have the beginning of their text above
NAME_LETTERS, NAME_ROOM = 22, (0.3, 0.06)  # of a name on the map; the share of it that one takes
NAME_WIDTH = 150  # pixels of a text's beginning
TALL = 640  # pixels of a heat map of many texts
# Apart from each other, and from a white ground as from a black one.
COLOURS = ("#3573d9", "#d9722b", "#2e9d6a", "#b9529f", "#c9443f", "#7d6be0", "#97822c", "#2b9bb3")
ORDERS = ("As listed", "By label", "Similar together")


def draw_heat_map(shown: Shown) -> None:
    """Draw the cosine of each two texts; beside many texts stand their numbers only."""
    count = len(shown.texts)
    if count < 2:
        st.caption("Add at least two texts to compare them.")
        return
    alike = similarities(shown.matrix)
    order = _ordered(shown, alike)
    others = [float(alike[a, b]) for a in range(count) for b in range(count) if a != b]
    cells = pd.DataFrame(
        {
            "row": [place for place in range(count) for _ in order],
            "column": [place for _ in order for place in range(count)],
            "Cosine": [round(float(alike[a, b]), 4) for a in order for b in order],
            "Written": [_written(float(alike[a, b])) for a in order for b in order],
        }
    )
    names = pd.DataFrame({"place": range(count), "text": [shown.name(n) for n in order]})
    st.altair_chart(_heat(cells, names, (min(others), max(others)), [n + 1 for n in order]),
                    width="stretch", alt="Cosine similarity of each pair of texts")  # fmt: skip
    st.caption(
        "Cosine similarity: 1 means the same direction. Between different "
        f"{'items' if shown.has_media else 'texts'} here {min(others):.2f} to {max(others):.2f}; "
        "the range differs from model to model."
    )


def draw_map(shown: Shown) -> None:
    """Draw the texts as points, in the two directions in which they differ most."""
    if len(shown.texts) < 2:
        st.caption("Add at least two texts to draw a map.")
        return
    points, shares = flat_map(shown.matrix)
    data = pd.DataFrame(
        {
            "x": points[:, 0],
            "y": points[:, 1],
            "Text": shown.texts,
            "Label": [label or "(no label)" for label in shown.labels],
            "Name": _names(shown.texts, points),
        }
    )
    st.altair_chart(_points(data), width="stretch", alt="The texts on a map")
    st.caption(
        f"Principal components: the two directions in which the vectors differ most, with "
        f"{sum(shares):.0%} of their differences ({shares[0]:.0%} across, {shares[1]:.0%} up). "
        "Points that look close can still be far apart in the other dimensions."
    )


def _ordered(shown: Shown, alike: Matrix) -> list[int]:
    """The texts' numbers in the order that is chosen."""
    labelled = any(shown.labels)
    offered = [name for name in ORDERS if labelled or name != "By label"]
    chosen = st.segmented_control(
        "Order", offered, default=offered[0], required=True, key="embeddings-order"
    )
    if chosen == "By label":
        return sorted(range(len(shown.texts)), key=lambda n: shown.labels[n])
    if chosen == "Similar together":
        return chained(alike)
    return list(range(len(shown.texts)))


def _written(cosine: float) -> str:
    """A cosine in three letters, so that a dozen fit beside each other on a telephone."""
    return "1" if cosine >= 0.995 else f"{cosine:.2f}".replace("0.", ".")


def _heat(
    cells: pd.DataFrame, names: pd.DataFrame, span: tuple[float, float], order: Sequence[int]
) -> alt.LayerChart | alt.FacetChart:
    """The cells as a square of shades. `span` is what different texts come to: it has all shades.

    The axes have places, which `order` translates into the texts' numbers.
    """
    count, (low, high) = len(names), span
    high = high if high - low > 1e-6 else low + 1e-6
    shade = alt.Color(
        "Cosine:Q",
        scale=alt.Scale(domain=[low, high], clamp=True, scheme="viridis"),
        legend=alt.Legend(orient="bottom", title=None, gradientLength=180, format=".2f"),
    )
    shown = list(range(count)) if count <= MOST_NAMES else list(range(0, count, -(-count // 10)))
    number = f"{list(order)}[datum.value]"
    texts = f"{json.dumps(names['text'].tolist())}[datum.value]" if count <= MOST_NAMES else number
    across = alt.Axis(orient="top", values=shown, labelExpr=number, labelAngle=0, title=None)
    down = alt.Axis(values=shown, labelExpr=texts, labelLimit=NAME_WIDTH, title=None)
    base = (
        alt.Chart(cells)
        .transform_lookup("row", alt.LookupData(names, "place", ["text"]), ["One"])
        .transform_lookup("column", alt.LookupData(names, "place", ["text"]), ["Other"])
        .encode(
            x=alt.X("column:O", axis=across),
            y=alt.Y("row:O", axis=down),
            tooltip=["One:N", "Other:N", alt.Tooltip("Cosine:Q", format=".4f")],
        )
    )
    layers = [base.mark_rect().encode(color=shade)]
    if count <= MOST_NUMBERS:
        dark = alt.condition(
            f"datum.Cosine > {low + 0.6 * (high - low)}", alt.value("#14171c"), alt.value("#ffffff")
        )
        layers.append(base.mark_text(fontSize=11).encode(text="Written:N", color=dark))
    height = TALL if count > MOST_NAMES else max(60 * min(count, 4), 32 * count) + 60
    return alt.layer(*layers).properties(height=height)


def _points(data: pd.DataFrame) -> alt.LayerChart | alt.FacetChart:
    labels = list(dict.fromkeys(data["Label"]))
    legend = alt.Legend(orient="bottom", title=None, columns=4) if len(labels) > 1 else None
    axis = alt.Axis(labels=False, ticks=False, grid=False, domain=False, title=None)
    room = alt.Scale(zero=False, padding=40)
    base = alt.Chart(data).encode(
        x=alt.X("x:Q", axis=axis, scale=room),
        y=alt.Y("y:Q", axis=axis, scale=room),
        color=alt.Color("Label:N", sort=labels, legend=legend, scale=alt.Scale(range=COLOURS)),
        tooltip=["Text:N", "Label:N"],
    )
    layers = [base.mark_circle(size=130, opacity=0.85)]
    if len(data) <= MOST_POINTS:
        layers.append(base.mark_text(dy=-13, fontSize=11).encode(text="Name:N"))
    return alt.layer(*layers).properties(height=520)


def _names(texts: Sequence[str], points: Matrix) -> list[str]:
    """The beginnings of the texts; "" for one that would stand on another one."""
    size = np.ptp(points, axis=0)
    places = points / np.where(size > 0, size, 1)
    names, taken = [], []
    for text, place in zip(texts, places, strict=True):
        free = all((np.abs(place - other) > NAME_ROOM).any() for other in taken)
        names.append(shortened(" ".join(text.split()), NAME_LETTERS) if free else "")
        taken += [place] if free else []
    return names
