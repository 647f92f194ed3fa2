"""The quiet line under an answer."""

import pytest

from components.answer.figures import figures
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


@pytest.mark.parametrize(
    ("requested", "answered", "words"),
    [
        ("models/gemini-3.8-flash", None, "gemini-3.8-flash"),
        ("gemini-3.8-flash", "gemini-3.8-flash", "gemini-3.8-flash"),
        ("gemini-3.8-flash", "models/gemini-3.8-flash-001", "gemini-3.8-flash-001"),
        ("gemini-flash-latest", "gemini-3.8-flash", "gemini-3.8-flash for gemini-flash-latest"),
        ("gemini-3.8-flash", "SmolLM2 (local)", "SmolLM2 (local) for gemini-3.8-flash"),
    ],
)
def test_the_line_names_what_answered(requested: str, answered: str | None, words: str) -> None:
    run = Run(Request(requested, []), backend="emulator", model_version=answered)
    assert figures(run).split(" · ")[0] == words


@pytest.mark.parametrize(
    ("parts", "end", "words"),
    [(2, 3.0, "44 tokens/s"), (2, 1.01, None), (1, 3.0, None)],
)
def test_speed_is_that_of_a_stream(parts: int, end: float, words: str | None) -> None:
    run = Run(Request("m", []), backend="emulator", timing=Timing(1.0, 1.0, end))
    run.usage = {"candidates_token_count": 80, "thoughts_token_count": 8}
    run.candidate(0).parts = [{"text": "Hello"}] * parts
    assert ("tokens/s" in figures(run)) == (words is not None)
    assert (words or "") in figures(run)


def test_an_agent_takes_its_whole_time() -> None:
    run = Run(Request("deep-research-preview-04-2026", []), timing=Timing(0.1, 0.2, 372.0))
    run.candidate(0).parts = [{"text": "a"}, {"text": "b"}]
    run.usage = {"candidates_token_count": 60_000}
    assert figures(run) == "deep-research-preview-04-2026 · 6 min 12 s · 60,000 out"
