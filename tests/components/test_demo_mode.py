"""What the variables of a demo say, and what is wrong with them."""

from pathlib import Path

import pytest

from components.demo_mode import CHOSEN, NEVER, VARIABLES, Demo, current_demo, log_trouble
from components.navigation import PAGES
from gemini.demo.pack import Pack
from tests.demo_scenes import chat_scene, packed


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def demo(monkeypatch: pytest.MonkeyPatch, switch: str, pages: str = "", idle: str = "") -> Demo:
    for name, value in zip(VARIABLES, (switch, pages, idle), strict=True):
        monkeypatch.setenv(name, value)
    current = current_demo()
    assert current
    return current


@pytest.mark.parametrize("switch", ["", "off", "No", "0"])
def test_an_ordinary_playground_is_no_demo(monkeypatch: pytest.MonkeyPatch, switch: str) -> None:
    assert current_demo() is None
    monkeypatch.setenv("PLAYGROUND_DEMO", switch)
    monkeypatch.setenv("PLAYGROUND_DEMO_PAGES", "nowhere")  # not read
    assert current_demo() is None


def test_a_demo_has_pages_that_lock_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    assert demo(monkeypatch, "on") == Demo(CHOSEN, 120)
    assert set(CHOSEN) <= set(PAGES) - NEVER
    assert {"history", "files", "usage", "faults"} < NEVER < set(PAGES)


def test_the_operator_chooses_pages_and_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert demo(monkeypatch, "ON", " image, /chat,image,", "0") == Demo(("image", "chat"), 0)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (("maybe",), "PLAYGROUND_DEMO is maybe. The demo pack can't be read: No such file"),
        (("on", "chat,char"), "PLAYGROUND_DEMO_PAGES names a page that doesn't exist: 'char'."),
        (("on", "history"), "PLAYGROUND_DEMO_PAGES names History, which can't be in a demo."),
        (("on", "", "5"), "PLAYGROUND_DEMO_IDLE must be 0 or a whole number of seconds, at least"),
        (("on", "", "soon"), "PLAYGROUND_DEMO_IDLE must be 0 or a whole number of seconds"),
    ],
)
def test_what_is_wrong_is_a_sentence_and_opens_no_page(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    values: tuple[str, ...],
    sentence: str,
) -> None:
    current = demo(monkeypatch, *values)
    assert current.trouble.startswith(sentence)
    assert not current.pages
    log_trouble()
    assert current.trouble in caplog.text


def test_a_pack_brings_the_pages_of_its_scenes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    scenes = [chat_scene("Hi", "Hello", page=page) for page in ("tools", "chat", "history")]
    path = tmp_path / "pack.zip"
    path.write_bytes(packed(Pack("The show", scenes)))
    current = demo(monkeypatch, str(path), "image,chat")
    assert current.pack is not None
    assert current.pages == ("image", "chat", "tools")
    assert current.opens("demo")
    assert not current.opens("history")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(b"PK\3\4 damaged", "damaged"), (b"", "isn't a demo pack"), (None, "can't be read")],
)
def test_a_pack_that_can_not_be_played_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, data: bytes | None, sentence: str
) -> None:
    path = tmp_path / "pack.zip"
    if data is not None:
        path.write_bytes(data)
    trouble = demo(monkeypatch, str(path)).trouble
    assert trouble.startswith(f"PLAYGROUND_DEMO is {path}. ")
    assert sentence in trouble


def test_a_pack_without_a_scene_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(packed(Pack("Nothing yet")))
    assert "no scene that can be played" in demo(monkeypatch, str(path)).trouble
