from gemini.counting import counted


def test_one_thing_is_one():
    assert counted(1, "file") == "1 file"


def test_several_have_a_plural_and_thousands_are_set_off():
    assert counted(0, "file") == "0 files"
    assert counted(12_000, "row") == "12,000 rows"


def test_a_plural_can_be_given():
    assert counted(2, "box", "boxes") == "2 boxes"
    assert counted(1, "box", "boxes") == "1 box"
