"""Code that was pasted with the fence around it, as chats and documents have it."""

_FENCE = "```"


def unfenced(text: str) -> str:
    """What stands in code fences, at the lines where it stood; `text` itself if there are none.

    A fence that isn't closed ends with the text.
    """
    lines: list[str] = []
    fences = 0
    for line in text.splitlines():
        fence = line.lstrip().startswith(_FENCE)
        fences += fence
        lines.append(line if fences % 2 and not fence else "")
    return "\n".join(lines) if fences else text
