"""Pictures and sounds on the embeddings page, in process."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from gemini.embeddings.texts import Row
from pages.embeddings.state import EmbeddingsState
from tests.fake_gemini import FakeGemini, Reply
from tests.on_page import Open, checked

PAGE = "../pages/embeddings/page.py"
OLD, NEW = "gemini-embedding-001", "gemini-embedding-2"
MODELS = {
    "models": [
        {"name": f"models/{name}", "displayName": name, "supportedGenerationMethods": [action]}
        for name, action in ((OLD, "embedContent"), (NEW, "embedContent"))
    ]
}
MEDIA = Path(__file__).parents[2] / "samples" / "media"
USAGE = {"promptTokenCount": 7, "totalTokenCount": 7}
VECTOR = Reply(body={"embeddings": [{"values": [3, 4]}], "usageMetadata": USAGE})


@pytest.fixture
def page(app: Open, fake: FakeGemini, gemini_api: None) -> AppTest:
    """The page on a server of one's own, in the place of the Gemini API, its media open."""
    fake.models = MODELS
    fake.others = {"POST models/": [VECTOR]}
    return open_media(app(PAGE))


def open_media(at: AppTest) -> AppTest:
    at.session_state["embeddings-ways"] = "Media"
    return checked(at.run())


def kept(at: AppTest) -> EmbeddingsState:
    return at.session_state["embeddings"]


def press(at: AppTest, key: str) -> AppTest:
    next(b for b in at.button if b.key and b.key.startswith(key)).click()
    return checked(at.run())


def add(at: AppTest, name: str, data: bytes | None = None) -> AppTest:
    uploader = next(u for u in at.file_uploader if "embeddings-media" in (u.key or ""))
    uploader.upload(name, data or (MEDIA / name).read_bytes())
    return checked(at.run())


def filled(at: AppTest) -> AppTest:
    """A text, a picture and a sound for the model that takes them."""
    at = press(at, "embeddings-multimodal")
    kept(at).replace([Row("a cat", "pet")])
    return add(add(checked(at.run()), "cat.jpg"), "beeps.wav")


def said(at: AppTest) -> str:
    kinds = (at.caption, at.error, at.info, at.warning, at.markdown, at.text)
    return "\n".join(element.value for kind in kinds for element in kind)


def test_a_model_of_texts_says_so_and_another_is_a_click_away(page: AppTest) -> None:
    assert f"{OLD} embeds text only." in said(page)
    assert not page.file_uploader
    at = press(page, "embeddings-multimodal")
    assert kept(at).model == NEW
    assert "embeds text only" not in said(at)
    assert at.file_uploader


def test_the_local_emulator_says_that_it_embeds_texts_only(app: Open, fake: FakeGemini) -> None:
    fake.models = MODELS
    at = open_media(app(PAGE))
    kept(at).model = NEW
    at = checked(at.run())
    assert "The local emulator's model embeds text only." in said(at)
    assert not at.file_uploader
    assert not any(b.key == "embeddings-multimodal" for b in at.button)


def test_a_picture_and_a_sound_are_embedded_beside_a_text(page: AppTest, fake: FakeGemini) -> None:
    at = filled(page)
    assert "cat.jpg" in said(at)
    assert next(b for b in at.button if b.key == "embeddings-embed").label == "Embed 3 items"
    at = press(at, "embeddings-embed")
    sent = [s.body["requests"] for s in fake.seen if s.path.endswith("EmbedContents")]
    parts = [requests[0]["content"]["parts"][0] for requests in sent]
    kinds = sorted(p.get("text") or p["inline_data"]["mime_type"] for p in parts)
    assert kinds == ["a cat", "audio/wav", "image/jpeg"]
    assert f"{NEW} · 3 items · 2 dimensions each · 21 tokens" in said(at)
    assert "$0" not in said(at)  # of media the price is not known
    assert kept(at).shown().texts == ("a cat", "cat.jpg", "beeps.wav")


@pytest.mark.parametrize("tab", ["Similarity", "Neighbors", "Map", "Vectors"])
def test_every_view_has_them_by_their_names(page: AppTest, tab: str) -> None:
    at = filled(page)
    at.session_state["embeddings-tabs"] = tab
    at.session_state["embeddings-nearest"] = "A text from the set"
    at = press(at, "embeddings-embed")
    if tab in {"Neighbors", "Vectors"}:
        table = at.dataframe[-1].value
        pictures = dict(zip(table["Text"], table["Image"], strict=True))
        assert "beeps.wav" in pictures
        assert pictures["cat.jpg"].startswith("data:image/jpeg;base64,")
        assert not pictures["beeps.wav"]
    else:
        assert len(at.get("vega_lite_chart")) == 1


def test_what_cannot_be_embedded_is_refused_and_the_rest_stays(page: AppTest) -> None:
    at = filled(page)
    for name, data, why in (
        ("scale.flac", None, "embeds PNG, JPEG, MP3, WAV"),
        ("broken.png", b"\x89PNG\r\n\x1a\nnothing", "damaged"),
        ("empty.jpg", b" ", "has no text"),
        ("cat.jpg", None, "already in the set"),
    ):
        at = add(at, name, data)
        assert any(why in e.value for e in at.error), [e.value for e in at.error]
    assert [one.name for one in kept(at).media] == ["cat.jpg", "beeps.wav"]
    at = press(at, "embeddings-remove-")
    assert [one.name for one in kept(at).media] == ["beeps.wav"]


def test_media_stay_when_a_model_of_texts_is_chosen_and_are_not_sent(
    page: AppTest, fake: FakeGemini
) -> None:
    at = filled(page)
    kept(at).model = OLD
    at = press(checked(at.run()), "embeddings-embed")
    assert "embeds text only. Remove the images and audio" in said(at)
    assert len(kept(at).media) == 2
    assert not [s for s in fake.seen if s.path.endswith("EmbedContents")]


def test_a_kept_set_comes_back_with_its_media(page: AppTest, app: Open, fake: FakeGemini) -> None:
    at = press(filled(page), "embeddings-embed")
    run_id = kept(at).live.run.id  # pyright: ignore[reportOptionalMemberAccess]
    fake.seen.clear()
    again = app()
    again.query_params["run"] = run_id
    again = open_media(again.switch_page(PAGE).run())
    assert kept(again).rows == [Row("a cat", "pet")]
    assert [one.name for one in kept(again).media] == ["cat.jpg", "beeps.wav"]
    assert kept(again).media[0].data == (MEDIA / "cat.jpg").read_bytes()
    assert "3 items · 2 dimensions each" in said(again)
    assert not [s for s in fake.seen if s.path.endswith("EmbedContents")]


def test_code_reads_them_from_their_files(page: AppTest) -> None:
    at = press(filled(page), "embeddings-embed")
    at.session_state["embeddings-details"] = True
    at.session_state["inspector-embeddings"] = "Code"
    at = checked(at.run())
    assert any('Path("cat.jpg").read_bytes()' in c.value for c in at.code)
    language = next(g for g in at.segmented_control if g.label == "Language")
    at = checked(language.set_value("JavaScript").run())
    assert any('readFileSync("cat.jpg", "base64")' in c.value for c in at.code)
