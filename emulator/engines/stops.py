"""Stop sequences in a stream: a sequence may arrive cut in two."""


class StopCutter:
    """Lets text through until a stop sequence appears, keeping back what might be the start of one.

    Example: with `("END",)`, feeding "one E" gives "one ", then "ND two" gives "" and `stopped`.
    """

    def __init__(self, sequences: tuple[str, ...]) -> None:
        self._sequences = tuple(s for s in sequences if s)
        self._kept = ""
        self.stopped = False

    def feed(self, text: str) -> str:
        """What may be shown now."""
        if self.stopped:
            return ""
        text = self._kept + text
        places = [place for s in self._sequences if (place := text.find(s)) >= 0]
        if places:
            self.stopped = True
            self._kept = ""
            return text[: min(places)]
        keep = max((_overlap(text, s) for s in self._sequences), default=0)
        self._kept = text[len(text) - keep :]
        return text[: len(text) - keep]

    def flush(self) -> str:
        """What was kept back and turned out to be no stop sequence, at the end of the text."""
        held_back, self._kept = self._kept, ""
        return held_back


def _overlap(text: str, sequence: str) -> int:
    """Length of the longest end of `text` that is a proper beginning of `sequence`."""
    for length in range(min(len(text), len(sequence) - 1), 0, -1):
        if text.endswith(sequence[:length]):
            return length
    return 0
