"""What can be measured in a recording: loudness, silence, when something sounds, steady tones.

No model hears here. That a sound is a dog, a violin or rain is not measured and not said.
"""

from dataclasses import dataclass

import numpy as np

from emulator.engines.audio import RATE, SoundClip

FRAME = RATE // 50  # 20 ms
QUIET_DB = -50.0  # dBFS; below this a frame counts as silence
GAP_S = 0.2  # shorter pauses don't end a sound
MAX_EVENTS = 50
LOWEST_HZ = 20.0  # slower changes are no tone to an ear
TONE_SHARE = 0.9  # of the energy within a semitone of the strongest frequency
CANNOT_HEAR = (
    "This machine has no model that recognizes sounds: what makes them (an instrument, an animal, "
    "a machine, a room) is unknown, only how loud they are, when they occur, and steady tones."
)


@dataclass(frozen=True)
class SoundEvent:
    """A stretch with sound in it, seconds from the start of the recording.

    `tone_hz` is the frequency of a steady tone, None for anything else.
    """

    start_s: float
    end_s: float
    level_db: float
    tone_hz: float | None


@dataclass(frozen=True)
class SoundFacts:
    """Measures of one stretch of a recording; levels in dBFS (0 is full scale)."""

    duration_s: float
    level_db: float
    silent_share: float
    events: tuple[SoundEvent, ...]

    @property
    def silent(self) -> bool:
        """Whether there is no sound at all above the level of silence."""
        return not self.events


def measure(clip: SoundClip) -> SoundFacts:
    """Measures a decoded stretch; lists at most MAX_EVENTS sounds."""
    samples = clip.samples
    loud = _frame_levels(samples) > QUIET_DB
    return SoundFacts(
        duration_s=clip.duration_s,
        level_db=_db(_rms(samples)),
        silent_share=float(1 - loud.mean()),
        events=tuple(_event(clip, a, b) for a, b in _stretches(loud)[:MAX_EVENTS]),
    )


def _frame_levels(samples: np.ndarray) -> np.ndarray:
    padded = np.pad(samples, (0, -len(samples) % FRAME))
    power = (padded.reshape(-1, FRAME) ** 2).mean(axis=1)
    return 10 * np.log10(power + 1e-12)


def _stretches(loud: np.ndarray) -> list[tuple[int, int]]:
    """(start, end) in frames of what is loud, joined over short pauses."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], loud.astype(np.int8), [0]))))
    joined: list[tuple[int, int]] = []
    for start, end in edges.reshape(-1, 2).tolist():
        if joined and (start - joined[-1][1]) * FRAME < GAP_S * RATE:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _event(clip: SoundClip, start: int, end: int) -> SoundEvent:
    samples = clip.samples[start * FRAME : end * FRAME]
    return SoundEvent(
        start_s=clip.start_s + start * FRAME / RATE,
        end_s=clip.start_s + min(end * FRAME, len(clip.samples)) / RATE,
        level_db=_db(_rms(samples)),
        tone_hz=_tone(samples),
    )


def _tone(samples: np.ndarray) -> float | None:
    window = samples[: 5 * RATE]
    if len(window) < RATE // 20:
        return None
    power = np.abs(np.fft.rfft(window * np.hanning(len(window)))) ** 2
    frequencies = np.fft.rfftfreq(len(window), 1 / RATE)
    power[frequencies < LOWEST_HZ] = 0.0
    if not power.any():
        return None
    strongest = frequencies[power.argmax()]
    near = np.abs(frequencies - strongest) <= max(strongest * 0.06, 2 * frequencies[1])
    if power[near].sum() < TONE_SHARE * power.sum():
        return None
    return float(frequencies[1]) * _summit(power)


def _summit(power: np.ndarray) -> float:
    """Where in a spectrum its peak is, to a part of a step: the top of a parabola in log power."""
    peak = int(power[:-1].argmax())
    left, middle, right = np.log(power[peak - 1 : peak + 2] + 1e-12)
    return peak + 0.5 * float((left - right) / (left - 2 * middle + right))


def _rms(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(samples**2))) if len(samples) else 0.0


def _db(amplitude: float) -> float:
    return float(20 * np.log10(amplitude + 1e-6))
