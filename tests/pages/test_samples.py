"""Every sample of every page, pressed without a key: the local emulator answers, and rightly.

What a model of 135 million parameters writes, its arguments of functions among that, is only
expected to come; what is measured, read or heard in a sample's media, and what is counted or
stored, is known.
"""

import json
import os
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from emulator import launch

ROOT = Path(__file__).parents[2]
SHELL = ROOT / "components" / "shell.py"
LISTED = ("audio", "document", "image", "video", "boxes", "chat", "compare", "prompts", "tools",
          "long_context", "embeddings", "speech", "create_video", "create_music",
          "files", "caches", "batches",
          "tokens", "tuning", "agents")  # fmt: skip
MOST_TOKENS = 64
NOT_HERE = {
    "agents": "can't act as an agent",
    "create-video": "can't generate videos",
    "create-music": "can't generate music",
    "tuning": "can't tune models",
    "video": "can't watch videos",
}
"""What pages say whose samples need a model that isn't on this machine."""
ANSWERED = {
    "batches": "0 of 4 done",
    "caches": "59 min",
    "files": "1 d 23 h left",
    "tokens": "tokens",
    "embeddings": "Universal Sentence Encoder",
}
"""What pages show whose samples are no prompts; on all others it is what answered."""
KNOWN = {
    "Transcribe a notice": "The ferry to Heron Island leaves from Pier 7",
    "Sum up a meeting": "Thomas will tell the passengers before the first of May",
    "Describe the sounds": "a steady tone of 1000 Hz, 0.3 s",
    "Find a fact": "4.2 million euros|Ruth Adeyemi|[p. 7]",
    "Read a scan": "the Kittiwake, will leave at 10:45|[p. 1]",
    "Extract a table": "City bicycle, 28 inch 4 389.00 1,556.00|TOTAL EUR 2,188.20",
    "Read a sign": "PIER 7|Ferry to Heron Island|Departs daily at 10:15|Mind the gap",
    "Describe a photo": "70%|no model that recognizes it",
    "Read a chart": "Visitors to Heron Island, 2025|690|Jan  Feb  Mar  Apr  May  Jun",
    "Check an invoice": "INV-2025-0417|TOTAL EUR 2,188.20",
    "Name the shapes": "red circle, top left|purple star, bottom right",
    "Box five shapes": "purple star|red circle|yellow square|green triangle|blue rectangle",
    "Find the total": "text: TOTAL",
    "Point at the cup": "Nothing found",
    "Cut out the cat": "Nothing found",
    "Two people talk": "there is one voice on this machine, so no two speakers",
    "Result by hand": "`get_stock_price` is waiting for its result",
    "It must call": "`set_light` is waiting for its result",
}
"""What is right about the samples whose truth is known; parts are parted by a bar."""


def listed() -> Iterator[tuple[str, str]]:
    """The page and the label of each sample."""
    for page in LISTED:
        samples = tomllib.loads((ROOT / "samples" / f"{page}.toml").read_text("utf-8"))
        yield from ((page.replace("_", "-"), sample["label"]) for sample in samples["samples"])
    for path in sorted((ROOT / "samples" / "schemas").glob("*.json")):
        yield "structured", json.loads(path.read_text("utf-8"))["title"]


@pytest.fixture(scope="module")
def local() -> Iterator[launch.Emulator]:
    with launch.start("local") as emulator:
        yield emulator


@pytest.fixture
def open_page(local: launch.Emulator, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], AppTest]:
    monkeypatch.setenv("EMULATOR_URL", local.url)
    monkeypatch.setattr("components.environment.DOTENV", os.devnull)

    def open_page(page: str) -> AppTest:
        at = AppTest.from_file(SHELL, default_timeout=150)
        at._page_hash = calc_hash(page)
        return at.run()

    return open_page


def press(at: AppTest, label: str) -> AppTest:
    return next(button for button in at.button if button.label == label).click().run()


def shown(at: AppTest) -> str:
    """The texts and tables on the page; of JSON as it was sent."""
    kinds = (at.markdown, at.text, at.caption, at.code, at.json, at.info, at.error, at.metric)
    texts = [str(element.value) for elements in kinds for element in elements]
    return "\n".join([*texts, *(table.value.to_csv() for table in at.dataframe)])


@pytest.mark.parametrize(("page", "label"), list(listed()))
def test_a_sample_gives_a_result_without_a_key(
    open_page: Callable[[str], AppTest], page: str, label: str
) -> None:
    at = press(open_page(page), label)
    if page == "structured":  # a form, filled whole, takes half a minute
        at.session_state["run_settings"].values["max_output_tokens"] = MOST_TOKENS
        at = press(at, "Send")
    assert not at.exception
    text = shown(at)
    answered = NOT_HERE.get(page) or ANSWERED.get(page) or "(local"
    if label != "Two people talk":
        assert answered in text
    assert not at.error or label == "Two people talk" or page in NOT_HERE
    for part in KNOWN.get(label, "").split("|"):
        assert part in text
