"""A report taken away: as Markdown with its pictures, as a page of HTML that can do no harm."""

import base64
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from markdown_it import MarkdownIt

from gemini.interactions.stream import Received
from gemini.request import CREATE_INTERACTION, Request
from gemini.run import Run, Timing
from pages.agents.report import file_name, report_html, report_markdown
from tests import agent_replies as replies
from tests.agent_replies import RESEARCH

ASKED = 'Which <b>batteries</b> & "why"?'


def run_of(events: list[dict[str, Any]]) -> Run:
    contents = [{"role": "user", "parts": [{"text": "The plan is good."}]}]
    run = Run(Request(RESEARCH, contents, {}, CREATE_INTERACTION), outcome="done")
    received, candidate = Received(), run.candidate(0)
    for event in events:
        candidate.parts += received.take(event)
    candidate.metadata = received.metadata()
    run.timing = Timing(end=372.0)
    return run


class PageTexts(HTMLParser):
    """The elements of a page, with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture
def run() -> Run:
    return run_of(replies.research())


def test_the_markdown_holds_report_sources_and_pictures(run: Run) -> None:
    text = report_markdown(run, ASKED)
    assert text.startswith("# Home batteries without lithium\n")
    assert r"$240 per kWh.[\[1\]](https://natrium.example/home)" in text
    assert "## Sources\n\n1. [Natrium Home](https://natrium.example/home)" in text
    assert r"2. [Prices \[2026\] of \<energy\>](https://energy.example/prices?a=1)" in text
    assert "Comparing prices" not in text
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    images = [t for token in tokens for t in token.children or [] if t.type == "image"]
    addresses = [str(image.attrs["src"]) for image in images]
    assert addresses[0].startswith("data:image/png;base64,")
    assert base64.b64decode(addresses[0].partition(",")[2]).startswith(b"\x89PNG")
    assert "deep-research-preview-04-2026" in text
    assert f"> {ASKED}" in text
    assert "6 min 12 s" in text


def test_the_page_holds_them_too(run: Run) -> None:
    page = PageTexts(report_html(run, ASKED))
    assert page.all("table")
    assert [str(image["src"])[:22] for image in page.all("img")] == ["data:image/png;base64,"]
    links = {link.get("href") for link in page.all("a")}
    assert {"#source-1", "#source-2", "https://natrium.example/home"} <= links
    assert {"source-1", "source-2"} <= {item.get("id") for item in page.all("li")}
    assert "@media print" in report_html(run, ASKED)


def test_nothing_that_a_model_or_a_person_wrote_is_html(run: Run) -> None:
    text = report_html(run, ASKED)
    page = PageTexts(text)
    assert not page.all("script")
    assert not page.all("b")
    assert "&lt;script&gt;" in text
    assert "Which &lt;b&gt;batteries" in text
    assert not re.search(r"src=[\"']?https?:", text)
    policy = page.all("meta")[1]
    assert "default-src 'none'" in str(policy["content"])


@pytest.mark.parametrize(
    "evil",
    [
        "[x](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        "![x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](javascript:alert(1))",
        '![x](https://a.example/"onload="alert(1))',
        '[x](https://a.example "onmouseover=alert(1)")',
        "```html\n<script>alert(1)</script>\n```",
        "<style>@import url(https://a.example)</style>",
    ],
)
def test_tricks_stay_text(evil: str) -> None:
    page = PageTexts(report_html(run_of(replies.interaction(replies.words(evil))), evil))
    assert not page.all("script")
    assert not page.all("img")
    assert len(page.all("style")) == 1
    for _, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on")]
        assert not str(attributes.get("href") or "").startswith(("javascript:", "data:"))


def test_a_source_with_a_bad_address_is_named_without_a_link() -> None:
    cited = [("javascript:alert(1)", "Bad <i>one</i>", 0, 5)]
    run = run_of(replies.interaction(replies.words("Hello", cited=cited)))
    assert "javascript:" not in report_html(run, ASKED)
    assert "javascript:" not in report_markdown(run, ASKED)
    assert "Bad &lt;i&gt;one" in report_html(run, ASKED)


def test_texts_that_steps_stood_between_are_paragraphs_apart() -> None:
    run = run_of(
        replies.interaction(
            replies.words("First."), replies.search("s", "q"), replies.words("Second.")
        )
    )
    assert report_markdown(run, ASKED).startswith("First.\n\nSecond.\n")


@pytest.mark.parametrize(
    ("prompt", "name"),
    [("Which batteries? / 2026", "which-batteries-2026"), ("???", "report"), ("x" * 99, "x" * 60)],
)
def test_the_file_is_named_by_what_was_asked(prompt: str, name: str) -> None:
    assert file_name(prompt) == name
