"""Journeys through the embeddings page: on the emulator's own model, and on canned answers."""

import csv
import io
import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LOOKS, SCREENS, look_at, settle, shows_no_error, write
from tests.fake_gemini import FakeGemini, Reply

Open = Callable[..., Page]

MEDIA = Path(__file__).parents[2] / "samples" / "media"

QUESTION = "How do I get my money back?"


def downloaded(page: Page, name: str) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name, exact=True).click()
    return waiting.value.path().read_bytes()


def paste(page: Page, lines: list[str]) -> None:
    page.get_by_role("tab", name="Paste").click()
    field = page.get_by_label("Texts, one per line")
    write(field, "\n".join(lines))
    field.press("Control+Enter")
    expect(page.get_by_text(f"{len(lines)} texts", exact=True)).to_be_visible()
    page.get_by_role("button", name="Fill the table").click()
    expect(page.get_by_role("button", name=f"Embed {len(lines)} texts")).to_be_visible()


def test_a_question_finds_its_answer_by_what_it_means(open_page: Open, local_url: str) -> None:
    page = open_page(f"{local_url}/embeddings")
    page.get_by_role("button", name="Search an FAQ").click()
    expect(page.get_by_label("Search text")).to_have_value(QUESTION, timeout=60_000)
    expect(page.get_by_text("this one as RETRIEVAL_QUERY")).to_be_visible()
    expect(page.get_by_text("12 texts · 3,072 dimensions each")).to_be_visible()
    page.get_by_role("tab", name="Vectors").click()
    expect(page.get_by_role("button", name="NPY", exact=True)).to_be_visible()
    matrix = np.load(io.BytesIO(downloaded(page, "NPY")))
    assert matrix.shape == (12, 3072)
    assert np.linalg.norm(matrix, axis=1) == pytest.approx(1, abs=1e-4)
    entries = json.loads(downloaded(page, "JSON"))
    assert entries[0]["text"].startswith("Refunds are paid")
    assert [entry["label"] for entry in entries[:4]] == [*["Returns"] * 3, "Delivery"]
    rows = list(csv.reader(io.StringIO(downloaded(page, "CSV").decode())))
    assert len(rows) == 13
    assert len(rows[0]) == 3074
    shows_no_error(page)


def test_pasted_texts_by_the_newer_model_and_the_request_behind_it(
    open_page: Open, local_url: str
) -> None:
    page = open_page(f"{local_url}/embeddings")
    paste(page, ["The cat sleeps.\tpet", "Die Katze schläft.\tpet", "The train is late.\ttravel"])
    page.get_by_role("combobox", name="Model").last.click()
    page.get_by_role("option", name=re.compile("Gemini Embedding 2")).click()
    page.get_by_role("button", name="Embed 3 texts").click()
    expect(page.get_by_text("gemini-embedding-2 · 3 texts")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Cosine similarity: 1 means the same direction.")).to_be_visible()
    page.get_by_text("Request, response and code").click()
    expect(page.get_by_text("batchEmbedContents").first).to_be_visible()
    page.get_by_role("tab", name="Code").click()
    expect(page.get_by_text("for text in texts:").first).to_be_visible()
    shows_no_error(page)


def test_a_reload_keeps_texts_labels_and_vectors(open_page: Open, local_url: str) -> None:
    page = open_page(f"{local_url}/embeddings")
    page.get_by_role("button", name="Clusters of topics").click()
    expect(page.get_by_text("16 texts · 3,072 dimensions each")).to_be_visible(timeout=60_000)
    assert "run=" in page.url
    page.reload()
    expect(page.get_by_text("16 texts · 3,072 dimensions each")).to_be_visible()
    expect(page.get_by_role("button", name="Embed 16 texts")).to_be_visible()
    page.get_by_role("tab", name="Map").click()
    expect(page.get_by_text("Principal components")).to_be_visible()
    shows_no_error(page)


def test_a_csv_file_with_the_columns_that_are_chosen(
    open_page: Open, fake_url: str, gemini: FakeGemini, tmp_path: Path
) -> None:
    file = tmp_path / "news.csv"
    file.write_text("id;headline;topic\n1;A long headline of something;news\n2;Another;sport\n")
    gemini.others = {"POST models/": [Reply(body={"embeddings": [{"values": [1, 0]}] * 2})]}
    page = open_page(f"{fake_url}/embeddings")
    page.get_by_role("tab", name="CSV file").click()
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("2 texts", exact=True)).to_be_visible()
    page.get_by_role("combobox", name="Label column").click()
    page.get_by_role("option", name="topic").click()
    settle(page)
    page.get_by_role("button", name="Fill the table").click()
    page.get_by_role("button", name="Embed 2 texts").click()
    expect(page.get_by_text("2 texts · 2 dimensions each")).to_be_visible()
    texts = [r["content"]["parts"][0]["text"] for r in gemini.seen[-1].body["requests"]]
    assert texts == ["A long headline of something", "Another"]
    gemini.others = {}
    shows_no_error(page)


@pytest.mark.parametrize(("width", "scheme"), [(1400, "light"), (420, "dark")])
def test_a_picture_and_a_sound_stand_beside_texts(
    open_page: Open, fake_url: str, gemini: FakeGemini, width: int, scheme: str
) -> None:
    vectors = [[3, 4, 0], [4, 3, 1], [0, 1, 3], [1, 0, 4]]
    gemini.others = {
        "POST models/": [Reply(body={"embeddings": [{"values": one}]}) for one in vectors]
    }
    page = open_page(f"{fake_url}/embeddings", width=width, scheme=scheme)
    paste(page, ["A cat looks up.\tpet", "Three short tones.\tnoise"])
    page.get_by_role("tab", name="Media").click()
    expect(page.get_by_text("gemini-embedding-001 embeds text only.")).to_be_visible()
    page.get_by_role("button", name="Choose gemini-embedding-2").click()
    chooser = page.get_by_test_id("stFileUploader")
    expect(chooser).to_be_visible()
    chooser.locator("input[type=file]").set_input_files([MEDIA / "cat.jpg", MEDIA / "beeps.wav"])
    expect(page.get_by_role("img", name="cat.jpg")).to_be_visible()
    expect(page.get_by_text("beeps.wav")).to_be_visible()
    page.get_by_role("button", name="Embed 4 items").click()
    expect(page.get_by_text("4 items · 3 dimensions each")).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible()
    shoot(page, f"embeddings-media-{scheme}-{width}")
    page.get_by_role("tab", name="Vectors").click()
    expect(page.get_by_role("button", name="JSON", exact=True)).to_be_visible()
    entries = json.loads(downloaded(page, "JSON"))
    assert [entry["text"] for entry in entries][2:] == ["cat.jpg", "beeps.wav"]
    shoot(page, f"embeddings-media-vectors-{scheme}-{width}")
    gemini.others = {}
    shows_no_error(page)


def shoot(page: Page, name: str) -> None:
    settle(page)
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{name}.png", full_page=True)


def test_stop_ends_what_hangs_and_the_rest_can_be_fetched(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    gemini.others = {"POST models/": [Reply(then="hang")]}
    page = open_page(f"{fake_url}/embeddings")
    paste(page, ["one", "two"])
    page.get_by_role("button", name="Embed 2 texts").click()
    expect(page.get_by_text("0 of 2 texts")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    gemini.others = {"POST models/": [Reply(body={"embeddings": [{"values": [1, 2]}] * 2})]}
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("2 texts · 2 dimensions each")).to_be_visible()
    gemini.others = {}
    shows_no_error(page)


def test_a_question_that_hangs_is_stopped_and_asked_again(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    texts = Reply(body={"embeddings": [{"values": [n, 1]} for n in range(12)]})
    gemini.others = {"POST models/": [texts, Reply(then="hang")]}
    page = open_page(f"{fake_url}/embeddings")
    page.get_by_role("button", name="Search an FAQ").click()
    expect(page.get_by_text("Embedding the text")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Its vector is missing")).to_be_visible()
    expect(page.get_by_label("Search text")).to_have_value(QUESTION)
    gemini.others = {"POST models/": [Reply(body={"embeddings": [{"values": [1, 0]}]})]}
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_text("Its vector is missing")).to_have_count(0)
    expect(page.get_by_test_id("stDataFrame").last).to_be_visible()
    gemini.others = {}
    shows_no_error(page)


@pytest.mark.parametrize("count", [3, 200])
def test_few_and_many_texts_look_right(
    open_page: Open, fake_url: str, gemini: FakeGemini, count: int
) -> None:
    spread = random.Random(7)
    groups = [[spread.gauss(0, 1) for _ in range(16)] for _ in range(5)]
    rows = [[x + spread.gauss(0, 0.5) for x in groups[n * 5 // count]] for n in range(count)]
    batches = [rows[:100], rows[100:]] if count > 100 else [rows]
    replies = [Reply(body={"embeddings": [{"values": r} for r in b]}) for b in batches]
    gemini.others = {"POST models/": replies}
    page = open_page(f"{fake_url}/embeddings")
    paste(page, [f"Text number {n} of the set\tgroup {n * 5 // count}" for n in range(count)])
    page.get_by_role("button", name=f"Embed {count} texts").click()
    expect(page.get_by_text(f"{count} texts · 16 dimensions each")).to_be_visible()
    many = count > 100
    for tab in ("Similarity", "Map"):
        page.get_by_role("tab", name=tab).click()
        chart = page.get_by_test_id("stVegaLiteChart").locator("canvas, svg").first
        expect(chart).to_be_visible()
        name = f"embeddings-{tab.lower()}-{count}"
        which = LOOKS[::2] if many else LOOKS  # thousands of cells are drawn anew for each
        look_at(page, name, scroll_to=chart, accessible=not many, which=which)
    gemini.others = {}
