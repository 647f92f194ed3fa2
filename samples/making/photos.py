"""Two photos that may be shipped, scaled down from those that scikit-image brings.

scikit-image's documentation says of both: "No copyright restrictions. CC0 by the photographer."
(skimage.data.coffee: Rachel Michetti, at Pikolo Espresso Bar; skimage.data.chelsea: Stefan van
der Walt.) `pip install scikit-image` only to make them anew.
"""

from importlib.util import find_spec
from pathlib import Path

from PIL import Image

PHOTOS = {"coffee.png": "coffee.jpg", "chelsea.png": "cat.jpg"}


def make(folder: Path) -> None:
    """coffee.jpg and cat.jpg; kept as they are where scikit-image isn't installed."""
    spec = find_spec("skimage")
    if spec is None or spec.origin is None:
        print("scikit-image is not installed: the photos stay as they are.")  # noqa: T201
        return
    originals = Path(spec.origin).parent / "data"
    for original, name in PHOTOS.items():
        with Image.open(originals / original) as photo:
            photo.convert("RGB").save(folder / name, quality=82, optimize=True)
