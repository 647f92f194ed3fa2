"""Loudness, silence and steady tones are measured as they were made."""

from pathlib import Path

import numpy as np
import pytest

from emulator.engines.audio import RATE, SoundClip, decode
from emulator.engines.sound import MAX_EVENTS, measure

MEDIA = Path(__file__).parents[2] / "samples" / "media"


def clip_of(samples: np.ndarray, start_s: float = 0.0) -> SoundClip:
    return SoundClip(samples.astype(np.float32), start_s, len(samples) / RATE)


def test_three_beeps_are_three_tones_a_second_apart() -> None:
    facts = measure(decode((MEDIA / "beeps.wav").read_bytes()))
    assert [event.start_s for event in facts.events] == pytest.approx([0, 1, 2], abs=0.03)
    assert [event.tone_hz for event in facts.events] == pytest.approx([1000] * 3, abs=1)
    assert facts.silent_share == pytest.approx(0.75, abs=0.03)


def test_a_scale_is_eight_rising_notes() -> None:
    facts = measure(decode((MEDIA / "scale.flac").read_bytes()))
    notes = [440 * 2 ** (step / 12) for step in (0, 2, 4, 5, 7, 9, 11, 12)]
    assert [event.tone_hz for event in facts.events] == pytest.approx(notes, rel=0.005)


def test_silence_is_silent() -> None:
    facts = measure(decode((MEDIA / "silence.wav").read_bytes()))
    assert facts.silent
    assert facts.silent_share == 1.0
    assert facts.duration_s == pytest.approx(4.0)


@pytest.mark.parametrize("name", ["notice.mp3", "meeting.ogg"])
def test_speech_is_no_steady_tone(name: str) -> None:
    facts = measure(decode((MEDIA / name).read_bytes()))
    assert facts.events
    assert all(event.tone_hz is None for event in facts.events)


def test_noise_is_one_long_sound_without_a_tone() -> None:
    facts = measure(clip_of(np.random.default_rng(0).normal(0, 0.1, 3 * RATE)))
    assert [(event.start_s, event.tone_hz) for event in facts.events] == [(0.0, None)]
    assert facts.level_db == pytest.approx(-20, abs=0.5)


def test_a_slow_drift_is_no_tone() -> None:
    assert measure(clip_of(np.linspace(-0.5, 0.5, RATE))).events[0].tone_hz is None


def test_a_click_is_a_sound_without_a_tone() -> None:
    click = np.zeros(RATE)
    click[RATE // 2] = 1.0
    (event,) = measure(clip_of(click, start_s=7)).events
    assert event.start_s == pytest.approx(7.5, abs=0.03)
    assert event.tone_hz is None


def test_the_list_of_sounds_has_an_end() -> None:
    clicking = np.zeros(60 * RATE)
    clicking[:: RATE // 2] = 0.5
    assert len(measure(clip_of(clicking)).events) == MAX_EVENTS
