"""Connected components of a picture in few colours, in numpy alone.

Works on runs (stretches of one label in a row) rather than pixels: a drawing has a few thousand.
Runs that touch in neighbouring rows are joined by labels that spread to the smallest, with
pointer jumping, as in Shiloach and Vishkin's parallel algorithm (J. Algorithms 3, 1982).
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Components:
    """All components of a labelled picture; the arrays have one entry a component.

    `ids` gives each pixel's component. `boxes` are [ymin, xmin, ymax, xmax] in pixels, the far
    edges exclusive. `labels` is what the pixels of each are labelled with, `areas` their number.
    """

    ids: np.ndarray
    boxes: np.ndarray
    areas: np.ndarray
    labels: np.ndarray


def connect(labels: np.ndarray) -> Components:
    """Joins pixels (H x W integers) of equal label that touch at a side."""
    starts = np.ones(labels.shape, dtype=bool)
    starts[:, 1:] = labels[:, 1:] != labels[:, :-1]
    runs = (np.cumsum(starts.ravel()) - 1).reshape(labels.shape)
    root_of_run = _join(runs, _touching(labels, starts, runs))
    roots, component_of_run = np.unique(root_of_run, return_inverse=True)

    first = np.flatnonzero(starts)
    lengths = np.diff(np.append(first, labels.size))
    rows, left = np.divmod(first, labels.shape[1])
    boxes = np.zeros((len(roots), 4), dtype=int)
    boxes[:, :2] = max(labels.shape)
    np.minimum.at(boxes[:, 0], component_of_run, rows)
    np.minimum.at(boxes[:, 1], component_of_run, left)
    np.maximum.at(boxes[:, 2], component_of_run, rows + 1)
    np.maximum.at(boxes[:, 3], component_of_run, left + lengths)
    return Components(
        ids=component_of_run[runs],
        boxes=boxes,
        areas=np.bincount(component_of_run, weights=lengths).astype(int),
        labels=labels.ravel()[first[roots]],
    )


def _touching(labels: np.ndarray, starts: np.ndarray, runs: np.ndarray) -> np.ndarray:
    """Pairs (N x 2) of runs of one label that lie one above the other."""
    same = labels[1:] == labels[:-1]
    # An overlap of two runs begins where one of them does: one pair for each, not one a pixel.
    begins = same & (starts[1:] | starts[:-1])
    return np.stack((runs[:-1][begins], runs[1:][begins]), axis=1)


def _join(runs: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """For each run the smallest run that it is connected with."""
    parent = np.arange(runs[-1, -1] + 1)
    while True:
        above, below = parent[pairs[:, 0]], parent[pairs[:, 1]]
        if (above == below).all():
            return parent
        smaller = np.minimum(above, below)
        np.minimum.at(parent, above, smaller)
        np.minimum.at(parent, below, smaller)
        while (parent[parent] != parent).any():
            parent = parent[parent]


def filled(mask: np.ndarray) -> np.ndarray:
    """The mask with its holes closed: all that the outside can't reach without crossing it."""
    padded = np.pad(mask, 1).astype(np.uint8)
    components = connect(padded)
    outside = components.ids == components.ids[0, 0]
    return ~outside[1:-1, 1:-1]


def thick(mask: np.ndarray) -> np.ndarray:
    """The pixels of a mask whose eight neighbours are all in it: what is left has a core."""
    padded = np.pad(mask, 1)
    rows = padded[:-2] & padded[1:-1] & padded[2:]
    return rows[:, :-2] & rows[:, 1:-1] & rows[:, 2:]
