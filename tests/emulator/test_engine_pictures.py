"""Pictures of every format open upright and whole; hostile and broken ones are refused."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from emulator.engines.errors import EmptyMediaError, OverLimitError, UnreadableMediaError
from emulator.engines.pictures import open_picture


def saved(image: Image.Image, image_format: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, image_format, **options)
    return file.getvalue()


def two_halves() -> Image.Image:
    """40 x 20, its left half red and its right half blue."""
    image = Image.new("RGB", (40, 20), "red")
    image.paste("blue", (20, 0, 40, 20))
    return image


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_every_format_opens(name: str) -> None:
    picture = open_picture(saved(two_halves(), name))
    assert (picture.format, picture.image.mode, picture.image.size) == (name, "RGB", (40, 20))
    red, blue = picture.image.getpixel((5, 10)), picture.image.getpixel((35, 10))
    assert isinstance(red, tuple)
    assert isinstance(blue, tuple)
    assert red[0] > 200 > blue[0]


def test_the_exif_mark_turns_it_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: shown, the picture is turned right by 90 degrees
    picture = open_picture(saved(two_halves(), "JPEG", exif=exif, quality=95))
    assert picture.image.size == (20, 40)
    top = picture.image.getpixel((10, 5))
    assert isinstance(top, tuple)
    assert top[0] > 200


def test_grey_of_16_bits_is_not_white() -> None:
    data = (Path(__file__).parents[1] / "inputs" / "media" / "ramp16_1500.png").read_bytes()
    image = open_picture(data).image
    assert image.mode == "RGB"
    ends = image.convert("L").getextrema()
    assert ends == (0, 255)
    assert image.convert("L").resize((1, 1), Image.Resampling.BOX).getextrema() == (127, 127)


def test_transparency_lies_on_white() -> None:
    clear = Image.new("RGBA", (10, 10), (255, 0, 0, 0))
    assert open_picture(saved(clear, "PNG")).image.getpixel((5, 5)) == (255, 255, 255)


def test_an_animation_is_its_first_frame() -> None:
    frames = [Image.new("RGB", (10, 10), colour) for colour in ("red", "blue", "lime")]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    picture = open_picture(data)
    assert picture.frames == 3
    assert picture.image.getpixel((5, 5)) == (255, 0, 0)


def test_no_bytes() -> None:
    with pytest.raises(EmptyMediaError):
        open_picture(b"")


@pytest.mark.parametrize("data", [b"plain text", b"%!PS-Adobe-3.0 EPSF-3.0\n", bytes(100)])
def test_what_is_no_picture(data: bytes) -> None:
    with pytest.raises(UnreadableMediaError, match="isn't an image"):
        open_picture(data)


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_cut_short(name: str) -> None:
    noisy = Image.effect_noise((200, 200), 80).convert("RGB")
    data = saved(noisy, name)
    with pytest.raises(UnreadableMediaError):
        open_picture(data[: len(data) // 2])


@pytest.mark.parametrize(("width", "height"), [(20_001, 1), (10_000, 5_001), (60_000, 60_000)])
def test_too_large_is_refused_by_its_header(width: int, height: int) -> None:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk
    data += struct.pack(">I", zlib.crc32(chunk)) + struct.pack(">I", 0) + b"IDAT"
    with pytest.raises(OverLimitError, match="Scale it down"):
        open_picture(data)
