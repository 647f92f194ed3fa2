"""How long something is kept, in words."""

from datetime import timedelta

UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
"""Name and seconds, the largest first."""


def time_left(left: timedelta | None) -> str:
    """`1 d 4 h left`, `3 h 12 min left`, `9 min 5 s left`: the two largest units."""
    if left is None:
        return "no expiration given"
    seconds = int(left.total_seconds())
    parts = []
    for name, size in UNITS:
        count, seconds = divmod(seconds, size)
        if count or parts:
            parts.append(f"{count} {name}")
    return f"{' '.join(parts[:2]) or '0 s'} left"
