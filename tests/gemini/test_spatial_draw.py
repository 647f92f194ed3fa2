"""What is drawn: colours, labels in their places, scripts, masks, the highlight."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from gemini.media.images import png
from gemini.spatial import fonts
from gemini.spatial.draw import draw
from gemini.spatial.items import Box, Mask, PixelBox, Point
from gemini.spatial.labels import LabelBox, LabelPosition, place
from gemini.spatial.style import INK, PALETTE, Colour, Style, colours

CAT = Box("cat", 400, 400, 600, 600)


def picture(size: tuple[int, int] = (600, 400), colour: str = "white") -> Image.Image:
    return Image.new("RGB", size, colour)


def contrast(a: Colour, b: Colour) -> float:
    """The contrast ratio of WCAG 2.2, 1 to 21."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: Colour) -> float:
    red, green, blue = (
        c / 12.92 if (c := value / 255) <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for value in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def changed(before: Image.Image, after: Image.Image) -> tuple[int, int, int, int] | None:
    return ImageChops.difference(before, after).getbbox()


@given(st.tuples(*[st.integers(0, 255)] * 3), st.sampled_from(PALETTE))
def test_a_line_or_its_halo_stands_out_on_any_ground(ground, colour) -> None:
    assert max(contrast(colour, ground), contrast(INK, ground)) >= 3


def test_a_label_is_readable_on_its_plate() -> None:
    assert all(contrast(colour, INK) >= 9 for colour in PALETTE)


@given(st.lists(st.text(max_size=8), max_size=40))
def test_labels_have_colours_of_their_own_as_long_as_there_are_some(labels) -> None:
    chosen = colours(labels)
    assert set(chosen) == set(labels)
    assert len(set(chosen.values())) == min(len(chosen), len(PALETTE))


def test_a_colour_stays_with_its_label() -> None:
    assert colours(["cat", "dog"])["cat"] == colours(["tree", "cat"])["cat"]
    assert len(set(PALETTE)) == len(PALETTE)


def test_the_picture_given_is_not_changed() -> None:
    original = picture()
    drawn = draw(original, [CAT]).image
    assert drawn.size == original.size
    assert changed(original, picture()) is None
    assert changed(original, drawn)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "CMYK", "I;16"])
def test_pictures_of_every_mode(mode: str) -> None:
    drawn = draw(Image.new(mode, (60, 40)), [CAT, Point("nose", 0, 0)])
    assert drawn.image.mode == "RGB"


def test_transparent_parts_are_white() -> None:
    drawn = draw(Image.new("RGBA", (60, 40)), [])
    assert drawn.image.getcolors() == [(2400, (255, 255, 255))]


def test_a_box_is_drawn_along_its_edge() -> None:
    drawn = draw(picture((1000, 1000)), [CAT], labels=False).image
    style = Style.of((1000, 1000), 1)
    colour = colours(["cat"])["cat"]
    assert drawn.getpixel((400, 500)) == colour
    assert drawn.getpixel((599, 500)) == colour
    assert drawn.getpixel((500, 400)) == colour
    assert drawn.getpixel((500, 599)) == colour
    assert drawn.getpixel((399, 500)) == INK
    assert drawn.getpixel((500, 500)) == (255, 255, 255)
    halo = style.halo
    assert changed(picture((1000, 1000)), drawn) == (400 - halo, 400 - halo, 600 + halo, 600 + halo)


def test_lines_and_letters_grow_with_the_picture_and_shrink_in_a_crowd() -> None:
    small, large = Style.of((1000, 800), 1), Style.of((4000, 3000), 1)
    crowd = Style.of((4000, 3000), 500)
    assert small.line < large.line > crowd.line
    assert small.letters < large.letters > crowd.letters


def test_a_mask_is_drawn_inside_its_shape_only() -> None:
    image = Image.new("L", (100, 100))
    ImageDraw.Draw(image).rectangle((0, 0, 49, 99), fill=255)
    item = Mask("leaf", 200, 200, 800, 800, png(image))
    drawn = draw(picture((1000, 1000)), [item], labels=False, opacity=0.5).image
    colour = colours(["leaf"])["leaf"]
    middle = drawn.getpixel((350, 500))
    assert isinstance(middle, tuple)
    assert middle == pytest.approx([(255 + c) / 2 for c in colour], abs=2)
    assert drawn.getpixel((700, 500)) == (255, 255, 255)
    assert drawn.getpixel((201, 500)) == colour


def test_an_empty_mask_leaves_its_box() -> None:
    item = Mask("leaf", 200, 200, 800, 800, png(Image.new("L", (9, 9))))
    assert draw(picture(), [item]).image.getpixel((120, 200)) == colours(["leaf"])["leaf"]


def test_a_point_is_drawn_around_its_spot() -> None:
    drawn = draw(picture((1000, 1000)), [Point("nose", 300, 700)], labels=False).image
    reach = Style.of((1000, 1000), 1)
    left, top, right, bottom = changed(picture((1000, 1000)), drawn) or (0, 0, 0, 0)
    assert (left + right - 1) / 2 == 700
    assert (top + bottom - 1) / 2 == 300
    assert right - left <= 2 * (reach.dot + reach.halo) + 1


def test_a_highlight_dims_the_rest() -> None:
    items = [CAT, Box("dog", 0, 0, 200, 200)]
    drawn = draw(picture((1000, 1000)), items, highlight=0).image
    assert drawn.getpixel((500, 500)) == (255, 255, 255)
    assert drawn.getpixel((900, 900)) == (102, 102, 102)
    assert drawn.getpixel((400, 500)) == colours(["cat", "dog"])["cat"]


def test_a_highlighted_point_and_mask() -> None:
    image = Image.new("L", (9, 9), 255)
    items = [Point("nose", 1000, 1000), Mask("leaf", 0, 0, 500, 500, png(image))]
    for place_ in range(2):
        assert draw(picture(), items, highlight=place_).image.size == (600, 400)


@pytest.mark.parametrize(
    "text",
    [
        *("red circle é", "кошка", "γάτα", "猫", "ネコ", "고양이", "قطة", "חתול", "बिल्ली"),
        *("বিড়াল", "பூனை", "పిల్లి", "แมวน้ำ", "ឆ្មា", "ແມວ", "ကြောင်"),
    ],
)
def test_scripts_have_letters(text: str) -> None:
    assert fonts.drawable(text) == text
    [(_, piece)] = fonts.runs(text)
    assert piece == text
    assert fonts.render(text, 24, fonts.variant(text)).getbbox()


def test_right_to_left_and_left_to_right_in_one_label_share_a_font() -> None:
    assert len(fonts.runs("قطة (cat)")) == 1


def test_fonts_change_inside_a_label_of_many_scripts() -> None:
    pieces = fonts.runs("猫 แมว cat")
    assert "".join(piece for _, piece in pieces) == "猫 แมว cat"
    assert len({face for face, _ in pieces}) > 1


def test_chinese_characters_follow_their_language() -> None:
    han = fonts.variant("骨")
    assert fonts.variant("骨のスープ") != han != fonts.variant("뼈 骨")
    assert fonts.render("骨", 40, han) != fonts.render("骨", 40, fonts.variant("骨の"))


def test_what_no_font_has_is_left_out() -> None:
    assert fonts.drawable("cat \U000e0fff\U0010ffff") == "cat"
    drawn = draw(picture(), [Box("\U0010ffff", 400, 400, 600, 600)])
    assert "no font" in drawn.notes[0]


sizes = st.tuples(st.integers(20, 800), st.integers(20, 800))


@st.composite
def wanted_lists(draw_) -> tuple[tuple[int, int], list[LabelBox]]:
    width, height = draw_(sizes)
    rows = draw_(
        st.lists(
            st.tuples(
                *[st.integers(0, 700)] * 2,
                *[st.integers(1, 300)] * 2,
                *[st.integers(2, 120)] * 2,
                st.booleans(),
            ),
            max_size=30,
        )
    )
    return (width, height), [
        LabelBox(PixelBox(x, y, x + w, y + h), label_w, label_h, centred)
        for x, y, w, h, label_w, label_h, centred in rows
    ]


@settings(deadline=None)
@given(wanted_lists())
def test_labels_stay_inside_and_apart(case) -> None:
    size, labels = case
    spots = place(labels, size)
    rects = [
        (s.x, s.y, s.x + label.width, s.y + label.height)
        for s, label in zip(spots, labels, strict=True)
        if s
    ]
    for i, (left, top, right, bottom) in enumerate(rects):
        assert left >= 0
        assert top >= 0
        assert right <= size[0]
        assert bottom <= size[1]
        for other in rects[i + 1 :]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top


def test_a_label_stands_on_its_box_where_there_is_room() -> None:
    box = PixelBox(100, 100, 200, 200)
    [spot] = place([LabelBox(box, 50, 20)], (400, 400))
    assert spot == (100, 80, False)
    [spot] = place([LabelBox(PixelBox(100, 0, 200, 200), 50, 20)], (400, 400))
    assert spot == (100, 0, False)


@pytest.mark.parametrize("top", [0, 100])
@pytest.mark.parametrize("centred", [False, True])
def test_a_small_box_is_not_hidden_by_its_label(top: int, centred: bool) -> None:
    box = PixelBox(100, top, 130, top + 12)
    above = LabelBox(PixelBox(90, top - 20, 140, top - 1), 50, 20)
    [spot, _] = place([LabelBox(box, 50, 20, centred), above], (400, 400))
    assert spot is not None
    assert spot.y + 20 <= box.top or spot.y >= box.bottom


def test_a_label_covers_its_box_where_nothing_else_is_free() -> None:
    assert place([LabelBox(PixelBox(5, 5, 95, 35), 80, 30)], (100, 40)) == [
        LabelPosition(5, 5, apart=False)
    ]


def test_labels_without_room_are_counted() -> None:
    drawn = draw(picture((120, 90)), [Box(f"thing {n}", 400, 400, 500, 500) for n in range(60)])
    assert "for lack of room" in drawn.notes[0]


def test_long_labels_are_shortened_to_the_picture() -> None:
    assert draw(picture((200, 200)), [Box("very " * 50, 400, 400, 600, 600)]).notes == ()


def test_numbers_can_stand_before_names() -> None:
    plain = draw(picture(), [CAT]).image
    assert changed(plain, draw(picture(), [CAT], numbered=True).image)
    assert draw(picture(), [Box("", 0, 0, 9, 9)]).notes == ()


@settings(deadline=None, max_examples=40)
@given(
    st.tuples(st.integers(1, 60), st.integers(1, 60)),
    st.lists(st.tuples(st.text(max_size=12), *[st.floats(0, 1000)] * 4), max_size=6),
)
def test_any_items_on_any_picture(size, rows) -> None:
    items = [
        item
        for label, y1, x1, y2, x2 in rows
        for item in (
            Box(label, min(y1, y2), min(x1, x2), max(y1, y2), max(x1, x2)),
            Point(label, y1, x1),
        )
    ]
    assert draw(picture(size), items, numbered=True).image.size == size


def test_scale_makes_lines_and_letters_larger() -> None:
    plain, large = Style.of((1000, 700), 5), Style.of((1000, 700), 5, scale=2)
    assert large.letters == pytest.approx(2 * plain.letters, abs=1)
    assert large.line == pytest.approx(2 * plain.line, abs=1)
    picture = Image.new("RGB", (400, 300), "grey")
    items = [Box("a", 300, 300, 800, 800)]
    assert draw(picture, items, scale=2).image != draw(picture, items).image
