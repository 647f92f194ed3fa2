"""A demo of six scenes from its file to its end, where no API answers."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from gemini.demo.pack import Pack
from tests.browser.conftest import SCREENS, look_at, settle
from tests.demo_scenes import boxes_scene, chat_scene, image_scene, packed, structured_scene
from tests.fake_gemini import FakeGemini, Reply


def test_a_demo_plays_to_its_end_though_nothing_answers(
    open_page: Callable[..., Page], fake_url: str, gemini: FakeGemini
) -> None:
    gemini.others = {"POST": [Reply(then="hang")], "GET": [Reply(status=503, body={})]}
    note = "Say that the sky is blue."
    hanging = chat_scene("Is it live?", "It was.", live=True, takes_over=True, seconds=1.0)
    scenes = [
        chat_scene("Which colour has the sky?", "It is **blue**.\n\nAnd by night, *black*.\n",
                   note=note, pause=0.05),
        chat_scene("Which colour has the sea?", "It is green.\n", pause=60),
        boxes_scene(title="Three shapes"),
        structured_scene(title="Moons, counted"),
        image_scene(title="A picture"),
        hanging,
    ]  # fmt: skip
    page = open_page(f"{fake_url}/demo")
    show = {"name": "show.zip", "mimeType": "application/zip",
            "buffer": packed(Pack("The show", scenes))}  # fmt: skip
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(show)
    expect(page.get_by_text("Moons, counted")).to_be_visible()
    look_at(page, "demo-pack")

    page.set_viewport_size({"width": 1400, "height": 900})
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.get_by_text("And by night, black.")).to_be_visible()
    expect(page.get_by_text("1 of 6")).to_be_visible()
    expect(page.locator(".st-key-player").get_by_text("Recording")).to_be_visible()
    expect(page.get_by_text(note)).to_have_count(0)
    settle(page)
    look_at(page, "demo-scene")
    page.set_viewport_size({"width": 1400, "height": 900})

    page.keyboard.press("PageDown")
    expect(page.get_by_text("Which colour has the sea?").first).to_be_visible()
    expect(page.get_by_text("And by night, black.")).to_have_count(0)  # while the next is played
    page.keyboard.press("PageDown")
    expect(page.get_by_text("3 of 6")).to_be_visible()
    expect(page.get_by_text("red circle").first).to_be_visible()
    settle(page)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("4 of 6")).to_be_visible()
    settle(page)
    expect(page.locator(".st-key-answer-in-view").last).to_be_in_viewport(ratio=0.9)
    page.screenshot(path=SCREENS / "demo-answer-below.png")
    page.reload()
    expect(page.get_by_text("4 of 6")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Next").click()  # the keys are listened to a moment later
    expect(page.get_by_text("Here it is.")).to_be_visible()
    settle(page)
    page.keyboard.press("PageDown")
    expect(page.get_by_text("The live answer took longer than 1 s")).to_be_visible()
    expect(page.get_by_text("It was.")).to_be_visible()
    settle(page)
    page.screenshot(path=SCREENS / "demo-taken-over.png")
    asked = [seen for seen in gemini.generated if seen.method == "POST"]
    assert len(asked) == 1
    page.get_by_role("button", name="End", exact=True).click()
    expect(page.get_by_role("heading", name="Demo")).to_be_visible()
