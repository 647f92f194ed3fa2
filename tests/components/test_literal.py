"""Text that must not be read as Markdown."""

import pytest

from components.markdown.literal import literal


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("red circle", "red circle"),
        ("**b** _i_", r"\*\*b\*\* \_i\_"),
        ("[x](http://h)", r"\[x\](http\://h)"),
        ("![x](http://h)", r"!\[x\](http\://h)"),
        ("two\nlines", "two lines"),
        ("$5", r"\$5"),
        ("a -> b", "a -:small[]> b"),
        ("# 3", r"\# 3"),
        ("ann@example.org", "ann:small[]@example.org"),  # no link
        ("1. one", r"1\. one"),
        ("my_file-2.txt", "my_file-2.txt"),
        ("fdp\u202eexe.pdf", "fdpexe.pdf"),
        ("", ""),
    ],
)
def test_characters_stay_what_they_are(text: str, shown: str) -> None:
    assert literal(text) == shown


def test_colours_and_shortcodes_stay_text() -> None:
    assert ":red[" not in literal(":red[x]")
    assert ":cat:" not in literal(":cat:")
