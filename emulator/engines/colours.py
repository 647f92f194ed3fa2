"""Names for colours, how alike two of them look, and the few that a picture is mostly made of.

Those are found as peaks of its histogram, not by splitting it as a median cut does: a small shape
of a colour of its own counts, and JPEG's shades around a colour fall to that colour.
"""

import json
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageColor

RGB = tuple[int, int, int]
TO_XYZ = np.array(
    (
        (0.4124564, 0.3575761, 0.1804375),
        (0.2126729, 0.7151522, 0.0721750),
        (0.0193339, 0.1191920, 0.9503041),
    )
)
GREYS = ("white", "grey", "black")
STEPS = 32  # of each of red, green and blue in the histogram
ALIKE = 12.0  # distance in CIELAB below which two colours count as one
NEAR = 6.0  # distance that noise makes
LEAST = 0.001  # share of the picture that a colour needs to count


def name_of(colour: RGB) -> str:
    """The everyday name of an RGB colour (0-255 each): one of the terms of colours.json."""
    terms, known = _terms()
    lab = to_lab(np.array(colour))
    distance = np.sqrt(((known - lab) ** 2).sum(axis=1))
    # Likeness alone calls every dull colour grey; people do only where hardly a tint is left,
    # which takes more of it near white and near black.
    needed = 8 if 15 < lab[0] < 92 else 16
    tinted = np.hypot(lab[1], lab[2]) >= needed
    distance[np.isin(terms, GREYS) == tinted] = np.inf
    return terms[int(distance.argmin())]


def hex_of(colour: RGB) -> str:
    """The colour as #rrggbb."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def to_lab(rgb: np.ndarray) -> np.ndarray:
    """sRGB (0-255, last axis) to CIELAB with the D65 white, where distance is likeness.

    The formulas are those of CSS Color Module Level 4, 10 and 18.
    """
    share = rgb / 255.0
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    xyz = linear @ TO_XYZ.T / (0.95047, 1.0, 1.08883)
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack((116 * y - 16, 500 * (x - y), 200 * (y - z)), axis=-1)


def as_rgb(colour: np.ndarray) -> RGB:
    """Three numbers, rounded, as a colour."""
    red, green, blue = (round(float(value)) for value in colour)
    return red, green, blue


@cache
def _terms() -> tuple[list[str], np.ndarray]:
    """The term of each known colour, and the colours in CIELAB."""
    data = json.loads(Path(__file__).with_name("colours.json").read_text(encoding="utf-8"))
    pairs = [(term, css) for term, names in data["terms"].items() for css in names]
    known = np.array([ImageColor.getrgb(css)[:3] for _, css in pairs])
    return [term for term, _ in pairs], to_lab(known)


def palette_of(pixels: np.ndarray, most: int) -> np.ndarray:
    """At most `most` colours, largest first, as histogram codes, of an H x W x 3 array (0-255)."""
    return _peaks(_histogram(pixels), most)


def label(pixels: np.ndarray, palette: np.ndarray) -> np.ndarray:
    """For each pixel the index of the colour of `palette` that looks nearest to its own."""
    return _distances(palette).argmin(axis=1).astype(np.uint8)[_codes(pixels)]


def coverage(pixels: np.ndarray, most: int) -> float:
    """The share of pixels that look almost like one of at most `most` colours."""
    histogram = _histogram(pixels)
    nearest = _distances(_peaks(histogram, most)).min(axis=1)
    return float(histogram[nearest < NEAR].sum() / histogram.sum())


def dominant(image: Image.Image, most: int = 5) -> list[tuple[RGB, float]]:
    """The colours that cover most of a picture with their share of it (0-1), largest first.

    Shades that go by one name are one colour, shown by its largest shade. Colours under 2 % are
    left out.
    """
    small = image.copy()
    small.thumbnail((256, 256))
    pixels = np.asarray(small)
    labels = label(pixels, palette_of(pixels, 24))
    shares: dict[str, tuple[RGB, float]] = {}
    areas = np.bincount(labels.ravel()) / labels.size
    for index in areas.argsort()[::-1].tolist():
        if areas[index] == 0:
            break
        colour = as_rgb(np.median(pixels[labels == index], axis=0))
        first, share = shares.get(name_of(colour), (colour, 0.0))
        shares[name_of(colour)] = (first, share + float(areas[index]))
    largest = sorted(shares.values(), key=lambda item: -item[1])[:most]
    return [(colour, share) for colour, share in largest if share >= 0.02]


def _codes(pixels: np.ndarray) -> np.ndarray:
    """Each pixel's cell in the histogram's cube."""
    red, green, blue = np.moveaxis(pixels.astype(np.uint16) >> 3, -1, 0)
    return red << 10 | green << 5 | blue


def _histogram(pixels: np.ndarray) -> np.ndarray:
    return np.bincount(_codes(pixels).ravel(), minlength=STEPS**3)


def _peaks(histogram: np.ndarray, most: int) -> np.ndarray:
    """The largest cell, then the largest of those unlike it, and so on."""
    left = histogram.copy()
    peaks: list[int] = []
    while len(peaks) < most:
        peak = int(left.argmax())
        if peaks and left[peak] < LEAST * histogram.sum():
            break
        peaks.append(peak)
        left[_distances(np.array([peak]))[:, 0] < ALIKE] = 0
    return np.array(peaks)


def _distances(palette: np.ndarray) -> np.ndarray:
    """How unlike each cell of the cube (rows) looks to each colour of a palette (columns)."""
    cube = _cube()
    # |a - b|^2 = |a|^2 - 2ab + |b|^2 spares an array of every pair's three differences.
    squares = (cube**2).sum(axis=1)
    product = cube @ cube[palette].T
    return np.sqrt(np.maximum(squares[:, None] - 2 * product + squares[palette], 0))


@cache
def _cube() -> np.ndarray:
    """The middle of every cell, in CIELAB."""
    middles = np.arange(STEPS) * 8 + 4
    grid = np.stack(np.meshgrid(middles, middles, middles, indexing="ij"), axis=-1)
    return to_lab(grid.reshape(-1, 3)).astype(np.float32)
