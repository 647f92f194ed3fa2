"""Names of files as people may see them."""

import pytest

from gemini.media.load import attachment, file_name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("TÜR 測試 📷.png", "TÜR 測試 📷.png"),
        ("Cafe\u0301.txt", "Café.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("two\nlines.txt", "two lines.txt"),
        ("a\ud800b.txt", "a b.txt"),
        ("x" * 600 + ".txt", "x" * 251 + ".txt"),
        ("*a* `b`.txt", "*a* `b`.txt"),
    ],
)
def test_a_name_is_one_line_that_says_what_it_is(name: str, shown: str) -> None:
    assert file_name(name) == shown
    assert attachment(name, b"words").name == shown
