"""Makes the media of the sample gallery: `python -m samples.make_media`.

What comes out is the same each time, and is committed in samples/media; media.json there says of
each file what it is, where it is from and what is true about it. Needs reportlab (PDFs) and av
(sounds); speech also needs flite, the photos scikit-image, and without these two the committed
files are left as they are.
"""

import json
from pathlib import Path

from samples.making import documents, photos, pictures, sounds, videos

MEDIA = Path(__file__).parent / "media"
MOST_BYTES, MOST_IN_ALL = 300_000, 3_000_000


def main() -> None:
    """Makes everything, then checks the sizes and that each file is listed."""
    MEDIA.mkdir(exist_ok=True)
    for maker in (pictures, documents, sounds, videos, photos):
        maker.make(MEDIA)
    listed = {item["file"] for item in json.loads((MEDIA / "media.json").read_text())["media"]}
    sizes = {path.name: path.stat().st_size for path in MEDIA.iterdir() if path.suffix != ".json"}
    assert set(sizes) == listed, f"media.json and the folder differ in {set(sizes) ^ listed}"
    assert max(sizes.values()) <= MOST_BYTES, sizes
    assert sum(sizes.values()) <= MOST_IN_ALL, sizes


if __name__ == "__main__":
    main()
