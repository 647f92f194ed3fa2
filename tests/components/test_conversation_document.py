"""A conversation as one file: complete, escaped, with its media in it."""

from html.parser import HTMLParser
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from components.conversation.document import conversation_html, conversation_markdown
from components.conversation.state import Chat
from gemini.importing.messages import ImportedMessage, conversation_of, in_a_row
from gemini.request import Part

PNG = b"\x89PNG\r\n\x1a\nfish"
EVIL = (
    '<script>alert("x")</script> <img src=x onerror=alert(1)> [go](javascript:alert(1)) '
    "![see](https://evil.example/leak.png)"
)


class Elements(HTMLParser):
    """The tags of a page with their attributes, and its texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def chat_of(prompt: list[Part], *answer: Part) -> Chat:
    messages = [ImportedMessage("", None, "user", prompt)]
    if answer:
        messages.append(ImportedMessage("", None, "model", list(answer), "gemini-2.5-flash"))
    return Chat("chat", conversation_of(in_a_row(messages)))


def picture(name: str = "pan.png") -> dict[str, Any]:
    return {"inline_data": {"mime_type": "image/png", "data": PNG, "display_name": name}}


def test_html_holds_prompt_answer_and_pictures() -> None:
    chat = chat_of(
        [picture(), {"text": "What is\nthis?"}],
        {"text": "Let me look.", "thought": True},
        {"text": "| A | B |\n|---|---|\n| **1** | 2 |"},
        picture(),
    )
    page = conversation_html(chat)
    elements = Elements(page)
    names = [tag for tag, _ in elements.tags]
    assert names.count("td") == 2
    images = [attrs["src"] or "" for tag, attrs in elements.tags if tag == "img"]
    assert len(images) == 2
    assert all(source.startswith("data:image/png;base64,") for source in images)
    said = "".join(elements.texts)
    for words in ("pan.png", "What is\nthis?", "gemini-2.5-flash", "1 turn"):
        assert words in said
    assert "Let me look." not in said
    assert "@media print" in page


def test_what_is_written_is_never_html() -> None:
    page = conversation_html(chat_of([{"text": EVIL}], {"text": EVIL}))
    elements = Elements(page)
    assert not {"script", "img"} & {tag for tag, _ in elements.tags}
    links = [attrs.get("href") or "" for tag, attrs in elements.tags if tag == "a"]
    assert not [link for link in links if link.startswith("javascript")]
    assert not any(name.startswith("on") for _, attrs in elements.tags for name in attrs)
    policy = next(attrs for tag, attrs in elements.tags if attrs.get("http-equiv"))
    assert "default-src 'none'" in (policy["content"] or "")


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"])))
def test_a_prompt_is_in_the_page_as_it_was_typed(words: str) -> None:
    page = conversation_html(chat_of([{"text": words}], {"text": "ok"}))
    assert words in "".join(Elements(page).texts)


def test_markdown() -> None:
    chat = chat_of([picture(), {"text": "# What?"}], {"text": "A *pan*."}, picture("made.png"))
    lines = conversation_markdown(chat).splitlines()
    assert lines[0] == "# # What?"
    assert "(pan.png)" in lines
    assert "A *pan*." in lines
    assert "![Image 1][image-1]" in lines
    assert sum(line.startswith("[image-") for line in lines) == 2


def test_a_prompt_that_waits_says_so() -> None:
    chat = chat_of([{"text": "Hi"}])
    assert "*Not sent yet.*" in conversation_markdown(chat)
    assert "Not sent yet." in conversation_html(chat)


def test_an_empty_conversation_is_a_page_too() -> None:
    assert "Conversation" in conversation_html(Chat("chat"))
    assert conversation_markdown(Chat("chat")).startswith("# Conversation")
