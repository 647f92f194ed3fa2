"""Pictures of every format: what they are by their bytes, and what becomes of them."""

import io
import zlib
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from PIL import ExifTags, Image, ImageChops

from gemini.media import images
from gemini.media.attachment import MediaError
from gemini.media.images import fitted, preview, whole, whole_size
from gemini.media.load import attachment
from gemini.media.metadata import has_location
from gemini.media.sniff import sniff

INPUTS = Path(__file__).parents[1] / "inputs" / "media"
HEIC = Path(__file__).parent / "media_files" / "red_left.heic"


def made(
    form: str, mode: str = "RGB", size: tuple[int, int] = (30, 20), orientation: int = 0
) -> bytes:
    """A picture whose left half is red."""
    image = Image.new("RGB", size, "white")
    image.paste((220, 30, 30), (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    if orientation:
        exif[images.ORIENTATION] = orientation
    target = io.BytesIO()
    image.convert(mode).save(target, form, exif=exif.tobytes())
    return target.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize(
    ("form", "mime_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")]
)
def test_what_the_api_takes_is_sent_as_it_is(form: str, mime_type: str) -> None:
    data = made(form)
    found = attachment("a.xyz", data)
    assert (found.mime_type, found.data, found.pixels, found.note) == (
        mime_type,
        data,
        (30, 20),
        "",
    )


@pytest.mark.parametrize("form", ["BMP", "GIF", "TIFF", "AVIF", "JPEG2000", "ICO"])
def test_other_formats_are_converted(form: str) -> None:
    found = attachment("a", made(form, size=(32, 32)))
    assert found.mime_type in {"image/png", "image/jpeg"}
    assert f"converted from {form}" in found.note
    assert opened(found.data).size == (32, 32)


def test_a_phones_picture_becomes_one_that_can_be_shown() -> None:
    found = attachment("IMG_1.HEIC", HEIC.read_bytes())
    assert sniff(HEIC.read_bytes()) == "image/heic"
    assert (found.mime_type, found.pixels) == ("image/jpeg", (64, 40))
    left, right = opened(found.data).getpixel((5, 20)), opened(found.data).getpixel((60, 20))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[1] < 80
    assert right[1] > 200


@pytest.mark.parametrize(
    ("orientation", "red"), [(6, "top"), (8, "bottom"), (3, "right"), (2, "right"), (1, "left")]
)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_pictures_are_turned_upright(form: str, orientation: int, red: str) -> None:
    image = opened(attachment("a", made(form, orientation=orientation)).data)
    places = {
        "top": (image.width // 2, 1),
        "bottom": (image.width // 2, image.height - 2),
        "left": (1, image.height // 2),
        "right": (image.width - 2, image.height // 2),
    }
    reds = {
        side
        for side, at in places.items()
        if image.convert("RGB").getpixel(at)[1] < 100  # type: ignore[index]
    }
    assert red in reds
    opposite = {"top": "bottom", "bottom": "top", "left": "right", "right": "left"}[red]
    assert opposite not in reds


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_the_whole_picture_is_upright(form: str, orientation: int) -> None:
    data = made(form, orientation=orientation)
    found = attachment("a", data)
    original = replace(found, original=data)
    assert whole_size(original) == whole(original).size == found.pixels
    ours, sent = (image.convert("L").resize((4, 4)) for image in (whole(original), whole(found)))
    assert max(cast(tuple[int, int], ImageChops.difference(ours, sent).getextrema())) < 20


def test_a_large_picture_is_scaled_and_it_is_said() -> None:
    found = attachment("wide.png", made("PNG", size=(20_000, 10)))
    assert found.pixels == (images.MAX_SIDE, 2)
    assert found.note == "scaled from 20,000 x 10 pixels"


def test_transparency_stays() -> None:
    image = Image.new("RGBA", (4000, 10), (0, 0, 0, 0))
    target = io.BytesIO()
    image.save(target, "PNG")
    assert opened(attachment("a.png", target.getvalue()).data).mode == "RGBA"


def test_an_animation_is_its_first_frame() -> None:
    target = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), c) for c in ("red", "blue")]
    frames[0].save(target, "GIF", save_all=True, append_images=frames[1:])
    assert attachment("a.gif", target.getvalue()).note == "converted from GIF, its first frame"


def bomb() -> bytes:
    """A PNG of a few bytes that says it has 50,000 x 50,000 pixels."""

    def block(kind: bytes, data: bytes) -> bytes:
        checksum = zlib.crc32(kind + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + kind + data + checksum

    side = (50_000).to_bytes(4, "big")
    header = block(b"IHDR", side + side + b"\x08\x02\0\0\0")
    return (
        b"\x89PNG\r\n\x1a\n" + header + block(b"IDAT", zlib.compress(b"\0")) + block(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (made("PNG")[:60], "damaged image"),
        (made("JPEG")[:300], "damaged image"),
        (HEIC.read_bytes()[:300], "damaged image"),
        (b"\x89PNG\r\n\x1a\nrubbish\0\1\2", "damaged image"),
        (b"PK\x03\x04rest\0", "ZIP or Office"),
    ],
)
def test_what_can_not_be_used_is_refused_by_name(data: bytes, said: str) -> None:
    with pytest.raises(MediaError, match=said) as caught:
        attachment("the file.png", data)
    assert "the file.png" in str(caught.value)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(MediaError, match="Scale it down"):
        attachment("bomb.png", bomb())


def test_previews_are_small_and_cards_have_one_shape() -> None:
    found = attachment("a.png", made("PNG", size=(900, 300)))
    assert opened(preview(found, 300)).size == (300, 100)
    assert preview(found, 1000) is found.data
    assert opened(fitted(found.data, 80, 60)).size == (80, 60)


@pytest.mark.parametrize("name", ["ramp16_1500.png", "ramp16_3000a.png", "ramp16_13000.png"])
def test_grey_of_16_bits_is_scaled_to_8(name: str) -> None:
    sent = attachment(name, (INPUTS / name).read_bytes())
    assert "scaled to 8 bits" in sent.note
    for data in (sent.data, preview(sent, 320), preview(sent, 1024)):
        values = opened(data).convert("L").resize((4, 1), Image.Resampling.BOX)
        assert [values.getpixel((x, 0)) for x in range(4)] == pytest.approx(
            [32, 96, 159, 223], abs=4
        )


@pytest.mark.parametrize(("mode", "top"), [("F", 1.0), ("F", 255.0), ("F", 9000.0), ("I", 65535)])
def test_deep_grey_keeps_black_and_white(mode: str, top: float) -> None:
    deep = Image.new(mode, (2, 1))
    deep.putpixel((1, 0), top)
    assert list(images.eight_bit(deep).tobytes()) == [0, 255]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", [5, 6, 7])
def test_a_turned_picture_has_one_size_everywhere(form: str, orientation: int) -> None:
    turned = attachment("a", made(form, size=(320, 120), orientation=orientation))
    assert turned.pixels == (120, 320)
    assert images.opened(turned.data).size == (120, 320)
    assert attachment("a", images.preview(turned, 1024)).pixels == (120, 320)


def test_a_jpeg_without_its_end_mark_is_taken_and_it_is_said() -> None:
    data = (INPUTS / "truncated_1byte.jpg").read_bytes()
    found = attachment("a.jpg", data)
    assert found.note == "its end is missing, so part of it may be gray"
    assert opened(found.data).size == (1200, 1600)
    assert whole(replace(found, original=data)).size == (1200, 1600)


@pytest.mark.parametrize("form", ["WEBP", "PNG", "GIF"])
def test_of_an_animation_the_first_frame_is_sent_and_it_is_said(form: str) -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    target = io.BytesIO()
    frames[0].save(target, form, save_all=True, append_images=frames[1:])
    found = attachment("a", target.getvalue())
    assert found.note.endswith("its first frame")
    image = opened(found.data)
    assert getattr(image, "n_frames", 1) == 1
    red, _, blue = cast(tuple[int, ...], image.convert("RGB").getpixel((5, 5)))
    assert red > 200 > blue


def located(data: bytes) -> bool:
    with Image.open(io.BytesIO(data)) as image:
        return has_location(image)


def with_place(form: str) -> bytes:
    """A picture that says in Exif where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (52.0, 31.0, 12.0)})
    target = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(target, form, exif=exif.tobytes())
    return target.getvalue()


def test_a_photo_goes_without_its_place_and_loses_no_pixel() -> None:
    data = (INPUTS / "exif1_gps.jpg").read_bytes()
    assert located(data)
    found = attachment("a.jpg", data)
    assert found.note == "its location removed"
    assert not located(found.data)
    assert opened(found.data).tobytes() == opened(data).tobytes()
    assert attachment("a.jpg", data, keep_location=True).data == data


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_the_place_is_taken_out_of_every_format(form: str) -> None:
    data = with_place(form)
    found = attachment("a", data)
    assert located(data)
    assert not located(found.data)
    assert found.note == "its location removed"
    assert opened(found.data).tobytes() == opened(data).tobytes()


def test_a_place_in_xmp_is_taken_out() -> None:
    xmp = b'<x:xmpmeta><rdf:Description exif:GPSLatitude="52,31.2N"/></x:xmpmeta>'
    for form in ("JPEG", "WEBP"):
        target = io.BytesIO()
        Image.new("RGB", (64, 48)).save(target, form, xmp=xmp)
        assert b"GPSLatitude" not in attachment("a", target.getvalue()).data


@pytest.mark.parametrize("keep", [True, False])
def test_a_photo_that_is_turned_keeps_its_place_only_when_wanted(keep: bool) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (52.0, 31.0, 12.0)})
    target = io.BytesIO()
    Image.new("RGB", (64, 48)).save(target, "JPEG", exif=exif)
    found = attachment("a.jpg", target.getvalue(), keep_location=keep)
    assert found.pixels == (48, 64)
    assert located(found.data) == keep
    assert found.note == "turned upright" + ("" if keep else ", its location removed")
    assert opened(found.data).getexif().get(0x0112, 1) == 1


def test_a_photo_without_a_place_is_sent_as_it_is() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    target = io.BytesIO()
    Image.new("RGB", (64, 48)).save(target, "JPEG", exif=exif)
    assert attachment("a.jpg", target.getvalue()).data == target.getvalue()
