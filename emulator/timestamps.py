"""Points in time and durations in protobuf's JSON form, as seconds.

https://protobuf.dev/programming-guides/json/: a Timestamp is RFC 3339, a Duration `"3.5s"`.
"""

import re
from datetime import UTC, datetime

from emulator.errors import invalid_argument

_DURATION = re.compile(r"-?\d{1,12}(?:\.\d{1,9})?s")


def stamp(seconds: float) -> str:
    """Seconds since 1970 as a Timestamp in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def read_stamp(text: str, path: str) -> float:
    """A Timestamp as seconds since 1970. Raises ApiError 400 that names the field `path`."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        when = None
    if when is None or when.tzinfo is None:
        raise invalid_argument(
            f"Invalid value at '{path}' (type.googleapis.com/google.protobuf.Timestamp), Field "
            f"'{path}', Illegal timestamp format; timestamps must end with 'Z' or have a valid "
            "timezone offset."
        )
    return when.timestamp()


def read_duration(text: str, path: str) -> float:
    """A Duration as seconds. Raises ApiError 400 that names the field `path`."""
    if not _DURATION.fullmatch(text):
        raise invalid_argument(
            f"Invalid value at '{path}' (type.googleapis.com/google.protobuf.Duration), Field "
            f"'{path}', Illegal duration format; duration must end with 's'"
        )
    return float(text[:-1])
