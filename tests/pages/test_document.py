"""The document page in process: pages turned, texts shown, what is sent."""

import base64
import io
from pathlib import Path
from typing import Any

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas
from streamlit.testing.v1 import AppTest

from gemini.media.load import attachment
from tests.fake_gemini import MODELS, FakeGemini, answer
from tests.on_page import Open, click

PAGE = "../pages/document/page.py"
SAMPLES = Path(__file__).parents[2] / "samples" / "media"
REPORT = (SAMPLES / "report.pdf").read_bytes()
SCAN = (SAMPLES / "scan.pdf").read_bytes()


def opened(app: Open, *given: tuple[str, bytes]) -> AppTest:
    """The page with these files attached."""
    at = app(PAGE)
    for name, data in given:
        at.file_uploader[0].upload(name, data)
    at.run()
    assert not at.exception
    return at


def ask(at: AppTest, text: str) -> AppTest:
    next(f for f in at.chat_input if not f.disabled).set_value(text).run()
    assert not at.exception
    return at


def said(at: AppTest) -> str:
    return "\n".join(e.value for e in [*at.markdown, *at.text, *at.caption, *at.error, *at.warning])


def page_number(at: AppTest) -> Any:
    return next(n for n in at.number_input if n.label == "Page")


def test_an_empty_page_says_what_it_is_for(app: Open) -> None:
    at = app(PAGE)
    assert at.title[0].value == "Document"
    assert not at.exception


def test_a_sample_is_asked_and_its_pages_are_links(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("It cost 4.2 million euros [p. 7]. Not [p. 70].")]
    at = click(app(PAGE), "Find a fact")
    parts = fake.generated[0].body["contents"][0]["parts"]
    assert parts[0]["inlineData"]["mime_type"] == "application/pdf"
    assert r"\[[p. 7](#page=7)\]. Not \[p. 70\]." in said(at)


def test_pages_are_turned(app: Open) -> None:
    at = opened(app, ("report.pdf", REPORT))
    assert "of 9" in said(at)
    click(click(at, "Next"), "Next")
    assert page_number(at).value == 3
    page_number(at).set_value(9).run()
    assert next(b for b in at.button if b.label == "Next").disabled
    click(at, "Back")
    assert page_number(at).value == 8


def test_several_documents_are_chosen_among(app: Open) -> None:
    at = opened(app, ("report.pdf", REPORT), ("scan.pdf", SCAN))
    assert "of 9" in said(at)
    at.selectbox(key="document-document").set_value(1).run()
    assert "of 2" in said(at)
    assert "scanned" in said(at)


def test_removing_the_document_that_is_open_opens_another(app: Open) -> None:
    at = opened(app, ("report.pdf", REPORT), ("scan.pdf", SCAN))
    at.selectbox(key="document-document").set_value(1).run()
    click(at, "Remove")
    assert "of 2" in said(at)
    assert not at.exception


def test_a_text_is_shown_and_sent_as_what_it_is(app: Open, fake: FakeGemini) -> None:
    at = opened(app, ("notes.md", "# Größe\n\n$5 -> $6".encode()))
    assert at.code[0].value == "# Größe\n\n$5 -> $6"
    ask(at, "Summarize")
    part = fake.generated[0].body["contents"][0]["parts"][0]
    assert part["inlineData"]["mime_type"] == "text/markdown"


def test_an_encrypted_a_damaged_and_an_empty_file_each_say_so(app: Open) -> None:
    target = io.BytesIO()
    canvas = Canvas(target, encrypt=StandardEncryption("secret"))
    canvas.showPage()
    canvas.save()
    at = opened(
        app, ("locked.pdf", target.getvalue()), ("cut.pdf", REPORT[:500]), ("none.pdf", b"")
    )
    assert [e.value.partition(" ")[0] for e in at.error] == ["locked.pdf", "cut.pdf", "none.pdf"]
    assert "needs a password" in said(at)
    assert "damaged PDF" in said(at)
    assert "is empty" in said(at)


def test_a_document_that_does_not_fit_is_told(app: Open, fake: FakeGemini) -> None:
    fake.models = {"models": [{**m, "inputTokenLimit": 2000} for m in MODELS["models"]]}
    at = opened(app, ("report.pdf", REPORT))
    assert "more than the 2,000 that" in said(at)


def test_the_pages_of_the_sample_are_known() -> None:
    assert attachment("report.pdf", REPORT).pages == 9


def test_the_encoding_of_a_text_is_a_guess_that_can_be_changed(app: Open, fake: FakeGemini) -> None:
    words = "Добро пожаловать"
    at = opened(app, ("a.txt", words.encode("koi8_r")))
    assert "Read as KOI8-R, which is a guess." in said(at)
    field = next(s for s in at.selectbox if s.label == "Encoding")
    assert field.value == "KOI8-R"
    field.set_value("Windows-1251").run()
    assert not at.exception
    assert "Read as Windows-1251." in said(at)
    next(s for s in at.selectbox if s.label == "Encoding").set_value("KOI8-R").run()
    fake.replies = [answer("Hello.")]
    ask(at, "What does it say?")
    part = fake.generated[-1].body["contents"][0]["parts"][0]
    assert base64.urlsafe_b64decode(part["inlineData"]["data"]).decode() == words
