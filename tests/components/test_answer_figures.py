"""The quiet line under an answer."""

import pytest

from components.answers.figures import figures
from gemini.request import Part, Request
from gemini.run import Run, Timing


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"text": "Hello"}, "first text 1.5 s"),
        ({"inline_data": {"mime_type": "audio/wav", "data": b"RIFF"}}, "first part 1.5 s"),
        ({"function_call": {"name": "roll_dice", "args": {}}}, "first part 1.5 s"),
    ],
)
def test_what_came_first_is_called_what_it_is(part: Part, words: str) -> None:
    run = Run(Request("m", []), backend="emulator", timing=Timing(first_text=1.5))
    run.candidate(0).parts.append(part)
    assert words in figures(run)
