"""The page that makes pictures, in process: turns with a Gemini model, Imagen, the gallery."""

import io
import json
from typing import Any

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from pages.create_image.gallery import pictures_of, with_settings
from pages.create_image.imagen_state import ImagenState
from tests.fake_gemini import FakeGemini, error
from tests.made_replies import (
    REASON,
    SIGNATURE,
    blocked_picture,
    encoded,
    generated,
    imagen_answer,
    picture_answer,
    png,
)
from tests.on_page import Open, checked, click

PAGE = "../pages/create_image/page.py"
MODEL = "gemini-3.1-flash-image"
GEMINI = {"name": f"models/{MODEL}", "supportedGenerationMethods": ["generateContent"]}
IMAGEN = "imagen-4.0-generate-001"
RED, BLUE = png("red"), png("blue")


@pytest.fixture
def page(app: Open, fake: FakeGemini, gemini_api: None) -> AppTest:
    """The page on the Gemini API."""
    fake.models = {"models": [*fake.models["models"], GEMINI]}
    return checked(app(PAGE))


@pytest.fixture
def vertex(app: Open, fake: FakeGemini, vertex_api: None) -> AppTest:
    """The page on Vertex AI, with Imagen chosen."""
    fake.models = {"publisherModels": [{"name": f"publishers/google/models/{IMAGEN}"}]}
    return checked(app(PAGE))


def texts(at: AppTest) -> str:
    elements = [*at.markdown, *at.text, *at.caption, *at.error, *at.warning, *at.info]
    return "\n".join(str(element.value) for element in elements)


def write(at: AppTest, text: str) -> AppTest:
    at.chat_input[0].set_value(text)
    return checked(at.run())


def imagen(at: AppTest) -> ImagenState:
    return at.session_state["create-image-imagen"]


def predicted(fake: FakeGemini) -> Any:
    return next(seen.body for seen in reversed(fake.seen) if ":predict" in seen.path)


def labels(at: AppTest) -> list[str]:
    return [button.proto.label for button in at.get("download_button")]


def test_a_sample_is_drawn_at_a_click(page: AppTest, fake: FakeGemini) -> None:
    fake.replies = [picture_answer(RED)]
    at = click(page, "A reading fox")
    body = fake.generated[-1].body
    assert f"/models/{MODEL}:" in fake.generated[-1].path
    assert body["generationConfig"] == {"responseModalities": ["TEXT", "IMAGE"]}
    assert body["contents"][0]["parts"][0]["text"].startswith("A fox")
    assert "Here it is." in texts(at)
    assert labels(at).count("Download") == 1


def test_the_next_turn_takes_the_picture_back_with_its_signature(
    page: AppTest, fake: FakeGemini
) -> None:
    fake.replies = [picture_answer(RED), picture_answer(BLUE)]
    at = write(click(page, "A reading fox"), "Make it night")
    contents = fake.generated[-1].body["contents"]
    assert [content["role"] for content in contents] == ["user", "model", "user"]
    picture = contents[1]["parts"][-1]
    assert picture["inlineData"]["data"].replace("-", "+").replace("_", "/") == encoded(RED)
    signature = picture["thoughtSignature"].replace("-", "+").replace("_", "/")
    assert signature == encoded(SIGNATURE)
    assert labels(at).count("Download") == 2


def test_a_sample_with_a_picture_sends_it(page: AppTest, fake: FakeGemini) -> None:
    fake.replies = [picture_answer(RED)]
    click(page, "A hat for the cat")
    parts = fake.generated[-1].body["contents"][0]["parts"]
    assert parts[0]["inlineData"]["mime_type"] == "image/jpeg"
    assert parts[1]["text"].startswith("Put a small red")


def test_shape_and_settings_go_along(page: AppTest, fake: FakeGemini) -> None:
    state = page.session_state["create-image"]
    state.aspect_ratio, state.size = "16:9", "2K"
    page.session_state["run_settings"].values["temperature"] = 0.5
    fake.replies = [picture_answer(RED)]
    click(checked(page.run()), "A reading fox")
    config = fake.generated[-1].body["generationConfig"]
    assert config["imageConfig"] == {"aspectRatio": "16:9", "imageSize": "2K"}
    assert config["temperature"] == 0.5


def test_pictures_come_through_interactions_too(page: AppTest, fake: FakeGemini) -> None:
    page.session_state["run_settings"].values["api"] = "interactions.create"
    page.session_state["create-image"].aspect_ratio = "16:9"
    replies = [generated("image/png", data=data, text="Here it is.") for data in (RED, BLUE)]
    fake.others = {"POST interactions": replies}
    at = write(click(checked(page.run()), "A reading fox"), "Make it night")
    assert not fake.generated
    first, second = (seen.body for seen in fake.seen if seen.path.endswith("/interactions"))
    assert first["response_format"] == {"type": "image", "aspect_ratio": "16:9"}
    answered = second["input"][1]
    assert answered["type"] == "model_output"
    assert answered["content"][1]["data"] == encoded(RED)
    assert labels(at).count("Download") == 2
    runs = [turn.run for turn in at.session_state["chat-create-image"].conversation.path()]
    assert [pictures_of(run)[0].data for run in runs if run] == [RED, BLUE]


def test_a_model_without_sizes_is_told_none(page: AppTest, fake: FakeGemini) -> None:
    page.session_state["create-image"].size = "4K"
    page.session_state["maker-create-image"].model = "gemini-2.5-flash-image"
    fake.replies = [picture_answer(RED)]
    click(checked(page.run()), "A reading fox")
    assert "imageConfig" not in fake.generated[-1].body["generationConfig"]


def test_a_filtered_picture_says_so_and_the_next_try_works(page: AppTest, fake: FakeGemini) -> None:
    fake.replies = [blocked_picture(), picture_answer(RED)]
    at = click(page, "A reading fox")
    assert "The answer was blocked" in texts(at)
    at = write(at, "A friendlier fox")
    assert labels(at).count("Download") == 1


def test_the_file_says_what_it_was_made_with(page: AppTest, fake: FakeGemini) -> None:
    page.session_state["create-image"].aspect_ratio = "1:1"
    fake.replies = [picture_answer(RED)]
    at = click(checked(page.run()), "A reading fox")
    run = at.session_state["chat-create-image"].live.run
    [one] = pictures_of(run)
    image = Image.open(io.BytesIO(with_settings(run, one)))
    assert image.info["Description"].startswith("A fox in a green armchair")
    about = json.loads(image.info["Comment"])
    assert about == {"model": "fake-maker", "settings": ["aspect ratio 1:1"]}


def test_the_gallery_has_what_was_made(page: AppTest, fake: FakeGemini) -> None:
    fake.replies = [picture_answer(RED), picture_answer(BLUE)]
    at = write(click(page, "A reading fox"), "Make it night")
    at.session_state["create-image-gallery"] = True
    del at.session_state["chat-create-image"]  # what the history keeps is enough
    at.query_params.clear()
    at = checked(at.run())
    assert "Make it night" in texts(at)
    assert labels(at) == ["Download", "Download"]


def test_the_gemini_api_says_that_imagen_is_elsewhere(page: AppTest) -> None:
    assert "Imagen is on Vertex AI only" in texts(page)


def test_the_emulator_says_why_not(app: Open) -> None:
    at = checked(app(PAGE))
    assert "can't generate images" in texts(at)
    assert not at.chat_input


def with_imagen(at: AppTest, **form: Any) -> AppTest:
    at.session_state["maker-create-image"].model = IMAGEN
    checked(at.run())
    for name, value in form.items():
        setattr(imagen(at), name, value)
    return checked(at.run())


def test_imagen_makes_several_and_tells_what_was_held_back(
    vertex: AppTest, fake: FakeGemini
) -> None:
    fake.others = {"POST ": [imagen_answer(RED, None)]}
    form = {"prompt": "A ball", "number": 2, "aspect_ratio": "4:3", "size": "2K"}
    more = {"person_generation": "DONT_ALLOW", "negative_prompt": "shadows"}
    at = click(with_imagen(vertex, **form, **more), "Generate images")
    parameters = predicted(fake)["parameters"]
    expected = {"sampleCount": 2, "aspectRatio": "4:3", "personGeneration": "DONT_ALLOW"}
    assert expected.items() <= parameters.items()
    assert parameters["negativePrompt"] == "shadows"
    assert REASON in texts(at)
    assert labels(at) == ["Download"]
    assert at.query_params["run"] == at.session_state["page-run-create-image"].live.run.id


def test_imagen_with_every_picture_held_back_is_a_problem(
    vertex: AppTest, fake: FakeGemini
) -> None:
    fake.others = {"POST ": [imagen_answer(None)]}
    at = click(with_imagen(vertex, prompt="A ball"), "Generate images")
    assert "The answer was blocked" in texts(at)
    assert REASON in texts(at)


def test_a_picture_that_was_made_is_enlarged(vertex: AppTest, fake: FakeGemini) -> None:
    fake.others = {"POST ": [imagen_answer(RED), imagen_answer(BLUE)]}
    at = click(with_imagen(vertex, prompt="A ball"), "Generate images")
    at = click(at, "Continue with it")
    click(at, "Upscale image")
    assert predicted(fake)["instances"][0]["image"]["bytesBase64Encoded"] == encoded(RED)
    assert predicted(fake)["parameters"]["upscaleConfig"]["upscaleFactor"] == "x2"


@pytest.mark.parametrize(
    ("mode", "wire", "given"),
    [
        ("MASK_MODE_FOREGROUND", "MASK_MODE_FOREGROUND", False),
        ("rectangle", "MASK_MODE_USER_PROVIDED", True),
    ],
)
def test_a_picture_is_changed_inside_a_mask(
    vertex: AppTest, fake: FakeGemini, mode: str, wire: str, *, given: bool
) -> None:
    fake.others = {"POST ": [imagen_answer(BLUE)]}
    at = with_imagen(vertex, task="edit_image", prompt="A cat", mask_mode=mode)
    imagen(at).take("source", "red.png", RED)
    click(checked(at.run()), "Edit image")
    mask = predicted(fake)["instances"][0]["referenceImages"][1]
    assert mask["maskImageConfig"]["maskMode"] == wire
    assert ("referenceImage" in mask) is given


def test_what_imagen_was_told_is_in_the_form_after_a_reload(
    vertex: AppTest, app: Open, fake: FakeGemini
) -> None:
    fake.others = {"POST ": [imagen_answer(BLUE)]}
    at = with_imagen(
        vertex, task="edit_image", prompt="A cat", mask_mode="rectangle", dilation=0.05, number=2
    )
    imagen(at).take("source", "red.png", RED)
    at = click(checked(at.run()), "Edit image")
    before = predicted(fake)
    other = app(PAGE)
    other.query_params["run"] = at.query_params["run"]
    click(checked(other.run()), "Edit image")
    assert predicted(fake) == before
    assert imagen(other).mask_mode == "uploaded"  # the very mask that was sent


def test_what_is_missing_is_said(vertex: AppTest, fake: FakeGemini) -> None:
    assert "Describe the image first" in texts(click(with_imagen(vertex), "Generate images"))
    at = click(with_imagen(vertex, task="upscale_image"), "Upscale image")
    assert "Add an image first" in texts(at)
    at = with_imagen(vertex, task="edit_image", mask_mode="uploaded")
    imagen(at).take("source", "red.png", RED)
    assert "Add a mask" in texts(click(checked(at.run()), "Edit image"))
    imagen(at).take("mask", "mask.png", png("white", (10, 90)))
    assert "image's aspect ratio" in texts(click(checked(at.run()), "Edit image"))
    assert not [seen for seen in fake.seen if ":predict" in seen.path]


def test_an_error_keeps_the_form(vertex: AppTest, fake: FakeGemini) -> None:
    at = with_imagen(vertex, prompt="A ball")
    fake.others = {"POST ": [error(400, "INVALID_ARGUMENT", "no such size"), imagen_answer(RED)]}
    at = click(at, "Generate images")
    assert "no such size" in texts(at)
    assert imagen(at).prompt == "A ball"
    assert labels(click(at, "Generate images")) == ["Download"]


def test_the_address_reopens_what_imagen_made(vertex: AppTest, fake: FakeGemini) -> None:
    fake.others = {"POST ": [imagen_answer(RED)]}
    at = click(with_imagen(vertex, prompt="A ball"), "Generate images")
    for name in ("page-run-create-image", "maker-create-image", "create-image-imagen"):
        del at.session_state[name]
    at = checked(at.run())
    assert labels(at) == ["Download"]
    assert at.session_state["maker-create-image"].model == IMAGEN


def test_a_reopened_conversation_brings_its_model_and_shape(
    page: AppTest, app: Open, fake: FakeGemini
) -> None:
    page.selectbox(key="create-image-aspect_ratio").set_value("16:9").run()
    chosen = page.selectbox(key="maker-create-image-model").value
    write(page, "A fox")
    other = app(PAGE)
    other.session_state["maker-create-image"].model = "gemini-2.5-flash-image"
    other.query_params["c"] = page.session_state["chat-create-image"].conversation.id
    checked(other.run())
    assert other.selectbox(key="maker-create-image-model").value == chosen
    assert other.selectbox(key="create-image-aspect_ratio").value == "16:9"
    assert other.sidebar.selectbox(key="run_settings_model").value != chosen
