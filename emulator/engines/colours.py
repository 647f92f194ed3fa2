"""Names for colours, and how alike two of them look."""

import json
from functools import cache
from pathlib import Path

import numpy as np
from PIL import ImageColor

RGB = tuple[int, int, int]
TO_XYZ = np.array(
    (
        (0.4124564, 0.3575761, 0.1804375),
        (0.2126729, 0.7151522, 0.0721750),
        (0.0193339, 0.1191920, 0.9503041),
    )
)
GREYS = ("white", "grey", "black")


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
