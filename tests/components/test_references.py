"""What an answer refers to becomes links, and nothing else changes."""

import pytest

from components.answer.references import page_links, time_links
from components.markdown.markdown import shown
from gemini.media.attachment import Attachment

REPORT = Attachment("report (1).pdf", "application/pdf", b"a", pages=9)
ANNEX = Attachment("annex.pdf", "application/pdf", b"b", pages=40)


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("It cost 4 [p. 7].", r"It cost 4 \[[p. 7](#page=7)\]."),
        ("See page 3, and Page 4.", "See [page 3](#page=3), and [Page 4](#page=4)."),
        ("[pp. 3-5]", r"\[[pp. 3](#page=3)-5\]"),
        ("(p. 2; p. 3)", "([p. 2](#page=2); [p. 3](#page=3))"),
        ("p. 41 and p. 0", "p. 41 and p. 0"),
        ("[annex.pdf, p. 3]", r"\[[annex.pdf, p. 3](#file=2&page=3)\]"),
        ("report (1).pdf page 2", "[report (1).pdf page 2](#file=1&page=2)"),
        ("[p. 3](https://x.y/)", "[p. 3](https://x.y/)"),
        ("`p. 3` stays", "`p. 3` stays"),
        ("```\np. 3\n```", "```\np. 3\n```"),
        ("http://x.y/page 3", "<http://x.y/page> 3"),
        ("https://x.y/annual-page2.html", "<https://x.y/annual-page2.html>"),
        ("<https://x.y/p.3>, p. 3", "<https://x.y/p.3>, [p. 3](#page=3)"),
        ("www.x.y/-page%202#p.2", r"[www\.x.y/-page%202#p.2](<http://www.x.y/-page%202#p.2>)"),
        ("the file annual-page2.html", "the file annual-page2.html"),
        ("homepage 3, p.s. 3, mp. 3", "homepage 3, p.s. 3, mp. 3"),
    ],
)
def test_pages(text: str, linked: str) -> None:
    assert shown(text, page_links([REPORT, ANNEX])) == linked


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("[01:23] Hello", r"\[[01:23](#t=83)\] Hello"),
        ("from 0:05 to 0:09.5", "from [0:05](#t=5) to [0:09.5](#t=9.5)"),
        ("at 59:59, past the end", "at 59:59, past the end"),
        ("ratio 16:9, verse 3:1", "ratio 16:9, verse 3:1"),
        ("`0:05`", "`0:05`"),
        ("[0:05](#t=5)", "[0:05](#t=5)"),
        ("https://x.y/0:05", "<https://x.y/0:05>"),
    ],
)
def test_times(text: str, linked: str) -> None:
    assert shown(text, time_links(100)) == linked


def test_a_printed_number_may_be_larger_than_the_count_of_pages() -> None:
    part = Attachment("part.pdf", "application/pdf", b"c", pages=2, page_labels=("81", "82"))
    assert shown("p. 82, p. 83", page_links([part])) == "[p. 82](#page=82), p. 83"


def test_without_media_nothing_is_linked() -> None:
    assert shown("[p. 3]", page_links([])) == r"\[p. 3\]"


def test_lines_stay_lines_but_code_and_paragraphs_are_left() -> None:
    text = "PIER 7\nMind the gap\n\n- one\n- two\n\n```\na\nb\n```"
    expected_text = "PIER 7\\\nMind the gap\n\n- one\n- two\n\n```\na\nb\n```"
    assert shown(text, line_breaks=True) == expected_text
    markdown = shown("0:01 a\n0:02 b", time_links(9), line_breaks=True)
    assert markdown == "[0:01](#t=1) a\\\n[0:02](#t=2) b"
