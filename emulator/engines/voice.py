"""Text to speech with Hibari, whose weights come in its package: nothing is downloaded.

One American English voice (Apache-2.0; distilled from Kokoro-82M). Measured on two cores: ready
in 1.3 s, then some 20 seconds of sound a second, and Whisper tiny.en hears what was written.
"""

import threading
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from emulator.engines.errors import Packages

if TYPE_CHECKING:
    from hibari import Hibari

PACKAGES = Packages("Speaking", {"hibari": "hibari-tts"}, "pip install hibari-tts")
NAME = "hibari-tts"
VOICE = "heart"  # the one in the package; the others would be downloaded
RATE = 24_000  # samples a second
PAUSE = 0.25  # seconds between sentences
LONGEST = 5_000  # characters
SEED = 1  # of the breath in the voice: the same text always sounds the same
_one_at_a_time = threading.Lock()


def is_here() -> bool:
    """Whether the package is installed."""
    return PACKAGES.missing() is None


def called() -> str:
    """What spoke, in words."""
    return f"{NAME} {version('hibari-tts')} (local, voice {VOICE}, American English)"


def speak(text: str) -> Iterator[bytes]:
    """The sound of each sentence when it is ready: 16-bit samples, mono, the low byte first.

    Raises EngineMissingError.
    """
    PACKAGES.require()
    with _one_at_a_time:
        phonemes = _voice().phonemize(text)
    pause = bytes(2 * int(PAUSE * RATE))
    for number, sentence in enumerate(phonemes):
        with _one_at_a_time:
            wave = _voice().from_phonemes(sentence, seed=SEED)
        samples = (np.clip(wave, -1.0, 1.0) * 32_767).astype("<i2").tobytes()
        yield pause + samples if number else samples


@cache
def _voice() -> "Hibari":
    from hibari import Hibari

    return Hibari(VOICE)
