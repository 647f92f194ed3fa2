"""Sample videos: drawn here frame by frame. The ferry's sound is the notice of `sounds`.

VP9 and Opus in WebM, which every browser plays and nobody asks a fee for.
"""

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
from PIL import Image, ImageDraw, ImageFont

SIZE = (640, 360)  # pixels
FRAMES = 12  # a second
QUALITY = {"crf": "32", "b": "0", "deadline": "good", "cpu-used": "4", "row-mt": "0"}
THREADS = 1  # so that it comes out the same each time

FERRY_SECONDS, BALL_SECONDS = 18.0, 8.0
BOUNCES = 5
SKY, SEA, INK = "#cfe6f5", "#3d7ea6", "#1b2733"

Draw = Callable[[ImageDraw.ImageDraw, float], None]
"""Draws what is seen at a second onto a frame."""


def make(folder: Path) -> None:
    """ferry.webm, three scenes with speech, and ball.webm, silent."""
    _write(folder / "ferry.webm", ferry, FERRY_SECONDS, sound=folder / "notice.mp3")
    _write(folder / "ball.webm", ball, BALL_SECONDS)


def frame_of(draw: Draw, at: float) -> Image.Image:
    """What is seen of a film at a second."""
    picture = Image.new("RGB", SIZE)
    draw(ImageDraw.Draw(picture), at)
    return picture


def ferry(pen: ImageDraw.ImageDraw, at: float) -> None:
    """At the pier until 6 s, at sea until 12 s, at the island from then on."""
    pen.rectangle((0, 0, 640, 230), fill=SKY)
    pen.rectangle((0, 230, 640, 360), fill=SEA)
    if at < 6:
        pen.rectangle((0, 210, 280, 360), fill="#8a6f4d")
        pen.rectangle((100, 60, 270, 130), fill="#f4f1e6", outline=INK, width=4)
        pen.rectangle((178, 130, 192, 210), fill=INK)
        _write_in(pen, (185, 95), "PIER 7", 40)
        _ship(pen, 330)
    elif at < 12:
        sun = (at - 6) / 6
        pen.ellipse((480, 60 - 20 * sun, 540, 120 - 20 * sun), fill="#f6c445")
        for wave in range(9):
            left = (wave * 90 - at * 60) % 720 - 60
            pen.arc((left, 270, left + 60, 300), 200, 340, fill="white", width=3)
        _ship(pen, 60 + 360 * sun)
    else:
        pen.polygon([(300, 240), (420, 110), (520, 170), (640, 90), (640, 240)], fill="#4f8f4f")
        pen.rectangle((380, 180, 620, 232), fill="#f4f1e6", outline=INK, width=4)
        _write_in(pen, (500, 206), "HERON ISLAND", 28)
        _ship(pen, 60)


def _ship(pen: ImageDraw.ImageDraw, left: float) -> None:
    """A white ferry with a red funnel, its keel at the waterline."""
    pen.rectangle((left + 90, 135, left + 115, 175), fill="#c0392b")
    pen.rectangle((left + 40, 170, left + 160, 205), fill="white", outline=INK, width=3)
    for window in range(4):
        pen.rectangle((left + 52 + window * 27, 180, left + 68 + window * 27, 194), fill="#7fb3d5")
    hull = [(left, 205), (left + 200, 205), (left + 175, 250), (left + 25, 250)]
    pen.polygon(hull, fill="white", outline=INK)


def ball(pen: ImageDraw.ImageDraw, at: float) -> None:
    """A red ball that bounces five times from left to right, a little lower each time."""
    pen.rectangle((0, 0, 640, 360), fill="#f3f5f8")
    pen.rectangle((0, 300, 640, 360), fill="#b8c0cc")
    flight = min(at / BALL_SECONDS, 1.0) * BOUNCES  # how many flights are over
    height = 220 * 0.8 ** int(flight) * abs(math.sin(math.pi * (flight % 1.0)))
    x, y = 130 + 380 * flight / BOUNCES, 270 - height
    pen.ellipse((x - 30, y - 30, x + 30, y + 30), fill="#d64545", outline=INK, width=3)


def _write_in(pen: ImageDraw.ImageDraw, middle: tuple[int, int], text: str, size: int) -> None:
    pen.text(middle, text, fill=INK, font=ImageFont.load_default(size), anchor="mm")


def _write(path: Path, draw: Draw, seconds: float, sound: Path | None = None) -> None:
    with av.open(str(path), "w", format="webm", options={"fflags": "+bitexact"}) as output:
        film = output.add_stream("libvpx-vp9", rate=FRAMES, options=QUALITY)
        film.width, film.height = SIZE
        film.pix_fmt = "yuv420p"
        film.thread_count = THREADS
        film.time_base = Fraction(1, FRAMES)
        speech = output.add_stream("libopus", rate=48_000) if sound else None
        if speech is not None:
            speech.bit_rate = 32_000
            speech.layout = "mono"
        packets = [p for frame in [*_frames(draw, seconds), None] for p in film.encode(frame)]
        if sound is not None and speech is not None:
            packets += [p for heard in [*_heard(sound), None] for p in speech.encode(heard)]
        for packet in sorted(packets, key=lambda p: (p.dts or 0) * p.time_base):
            output.mux(packet)


def _frames(draw: Draw, seconds: float) -> Iterator[av.VideoFrame]:
    for number in range(round(seconds * FRAMES)):
        frame = av.VideoFrame.from_image(frame_of(draw, number / FRAMES))
        frame.pts, frame.time_base = number, Fraction(1, FRAMES)
        yield frame


def _heard(sound: Path) -> Iterator[av.AudioFrame]:
    resampler = av.AudioResampler("flt", "mono", 48_000)
    with av.open(str(sound)) as source:
        for frame in [*source.decode(audio=0), None]:
            yield from resampler.resample(frame)
