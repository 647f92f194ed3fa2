"""Numbers of things in words."""


def counted(number: int, thing: str, things: str = "") -> str:
    """So many of a thing: "1 file", "2,000 files". `things` is its plural, where it isn't an s."""
    return f"{number:,} {thing if number == 1 else things or f'{thing}s'}"
