"""How near a transcript is to what was said: no test hangs on one word of a model's output."""

import re

_FIGURES = {"7": "seven", "10": "ten", "11": "eleven", "20": "twenty", "1st": "first"}
MOST_WRONG = 0.2  # of the words; another processor may hear one of them otherwise


def heard_well(said: str, heard: str) -> bool:
    """Whether at most a fifth of the words of `said` are missing, added or others in `heard`."""
    return word_error_rate(said, heard) <= MOST_WRONG


def word_error_rate(said: str, heard: str) -> float:
    """Words to change, add and take away for each word said (Levenshtein)."""
    wanted, found = _words(said), _words(heard)
    row = list(range(len(found) + 1))
    for i, word in enumerate(wanted, 1):
        above, row = row, [i]
        for j, other in enumerate(found, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (word != other)))
    return row[-1] / len(wanted)


def _words(text: str) -> list[str]:
    return [_FIGURES.get(word, word) for word in re.findall(r"[^\W_]+", text.lower())]
