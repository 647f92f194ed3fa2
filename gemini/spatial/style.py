"""How thick and how large things are drawn, for one picture."""

from dataclasses import dataclass

from gemini.spatial.items import Item, PixelBox, Point

_CROWD = 40  # items from which on lines and letters grow smaller


@dataclass(frozen=True, slots=True)
class Style:
    """Sizes in pixels. They follow the picture's longer side, so that on screen a line is as
    thick whether the picture has one megapixel or twelve.
    """

    line: int
    halo: int
    letters: int
    dot: int

    @classmethod
    def of(cls, size: tuple[int, int], count: int, scale: float = 1.0) -> "Style":
        """For a picture of `size` (width, height) with `count` items on it; all `scale` times."""
        side = max(size) * scale
        crowd = max(0.5, min(1.0, (_CROWD / max(1, count)) ** 0.25))
        line = max(2, round(side / 300 * crowd))
        return cls(
            line=line,
            halo=max(1, round(line / 3)),
            letters=max(11, round(side / 58 * crowd)),
            dot=max(4, round(side / 130 * crowd)),
        )

    def frame(self, item: Item, size: tuple[int, int]) -> PixelBox:
        """The pixels that an item is drawn on: its box, or the dot of a point."""
        if not isinstance(item, Point):
            return item.pixels(size)
        x, y = item.pixel(size)
        reach = self.dot + self.halo
        return PixelBox(x - reach, y - reach, x + reach + 1, y + reach + 1)
