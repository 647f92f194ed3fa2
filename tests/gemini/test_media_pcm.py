"""Raw samples made playable."""

import io
import wave

import pytest

from gemini.media.pcm import is_raw, playable, seconds_of, sounds
from gemini.request import Part

RAW = "audio/L16;codec=pcm;rate=24000"


def raw(data: bytes, mime_type: str = RAW) -> Part:
    return {"inline_data": {"mime_type": mime_type, "data": data}}


def test_pieces_become_one_wav() -> None:
    [sound] = sounds([raw(b"\1\0" * 12_000), {"text": "!"}, raw(b"\2\0" * 12_000 + b"\3")])
    assert (sound.mime_type, sound.seconds) == ("audio/wav", 1.0)
    with wave.open(io.BytesIO(sound.data)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 24_000)
        assert file.readframes(24_000) == b"\1\0" * 12_000 + b"\2\0" * 12_000


@pytest.mark.parametrize(
    ("mime_type", "seconds"),
    [
        ("audio/l16; rate=16000; channels=1", 1.5),
        ("audio/L16;rate=24000;channels=2", 0.5),
        ("audio/pcm", 1.0),
        ("audio/L16;rate=fast", 1.0),
        ("audio/L16;rate=0", 1.0),
    ],
)
def test_rate_and_channels_are_those_of_the_type(mime_type: str, seconds: float) -> None:
    assert is_raw(mime_type)
    parts = [raw(bytes(48_000), mime_type)]
    assert seconds_of(parts) == seconds
    assert sounds(parts)[0].seconds == seconds


def test_a_sample_may_be_cut_between_two_pieces() -> None:
    samples = bytes(range(250)) * 12
    mime_type = "audio/L16;codec=pcm;rate=24000"
    cuts = [samples[:1001], samples[1001:2000], samples[2000:]]
    parts = [{"inline_data": {"mime_type": mime_type, "data": piece}} for piece in cuts]
    [sound] = sounds(parts)
    with wave.open(io.BytesIO(sound.data)) as file:
        assert file.readframes(file.getnframes()) == samples


def test_a_whole_wav_stays_as_it_is() -> None:
    [made] = sounds([raw(bytes(48_000))])
    [again] = sounds([raw(made.data, "audio/wav")])
    assert (again.data, again.seconds) == (made.data, 1.0)
    assert sounds([raw(b"no wave", "audio/wav")])[0].seconds is None


def test_for_a_screen_the_other_parts_keep_their_places() -> None:
    parts = playable([{"text": "a"}, raw(b"\1\0"), raw(b"\2\0"), {"text": "b"}, raw(b"\3\0")])
    kinds = ["text" if "text" in p else p["inline_data"]["mime_type"] for p in parts]
    assert kinds == ["text", "audio/wav", "text", "audio/wav"]
    assert playable([{"text": "a"}]) == [{"text": "a"}]
