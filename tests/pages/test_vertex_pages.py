"""Every page of the navigation on Vertex AI: it opens, says what isn't there, and errs in nothing.

Without a network nobody can be asked for credentials: express mode has a key, and for a project
`google.auth.default` is replaced by credentials that hold a token already.
"""

import google.auth
import google.auth.credentials
import google.auth.exceptions
import pytest
from streamlit.testing.v1 import AppTest

from components.navigation import PAGES, page_file
from tests.fake_gemini import FakeGemini, Reply
from tests.on_page import Open

MODELS = {
    "publisherModels": [
        {"name": f"publishers/google/models/{name}", "versionId": "default"}
        for name in ("gemini-3.8-flash", "gemini-2.5-flash", "gemini-embedding-001")
    ]
}


class HeldToken(google.auth.credentials.Credentials):
    """Credentials that never need to be refreshed."""

    def __init__(self) -> None:
        super().__init__()
        self.token = "held-token"

    def refresh(self, request: object) -> None:
        """There is nobody to ask."""


@pytest.fixture(params=["express", "project"])
def vertex(
    request: pytest.FixtureRequest, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> FakeGemini:
    """Vertex AI's variables, in either way, with the fake server in its place."""
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
    monkeypatch.setenv("GOOGLE_VERTEX_BASE_URL", fake.url)
    if request.param == "express":
        monkeypatch.setenv("GOOGLE_API_KEY", "express-mode-key")
    else:
        monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "a-project")
        monkeypatch.setenv("GOOGLE_CLOUD_LOCATION", "europe-west1")
        monkeypatch.setattr(google.auth, "default", lambda **_: (HeldToken(), "a-project"))
    fake.others["GET publishers/google/models"] = [Reply(body=MODELS)]
    return fake


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens(app: Open, vertex: FakeGemini, name: str) -> None:
    at = app(page_file(name))
    assert not at.exception, at.exception[0].message
    assert not [error.value for error in at.error]
    assert any("Vertex AI" in caption.value for caption in at.sidebar.caption)
    refused = [seen.path for seen in vertex.seen if "/files" in seen.path]
    assert not refused, "Vertex AI has no Files API"


def test_a_question_goes_to_vertex(app: Open, vertex: FakeGemini) -> None:
    at = app("../pages/chat/page.py")
    at.chat_input[0].set_value("Hello").run()
    assert not at.exception
    assert not at.main.error
    path = vertex.generated[-1].path
    assert "/publishers/google/models/gemini-3.8-flash:streamGenerateContent" in path


def add_address(at: AppTest, address: str) -> AppTest:
    at.segmented_control(key="add-document").set_value("URL").run()
    at.text_input[0].set_value(address)
    next(button for button in at.button if button.label == "Fetch").click()
    at.run()
    assert not at.exception
    return at


def test_a_file_in_cloud_storage_is_sent_by_its_address(app: Open, vertex: FakeGemini) -> None:
    at = add_address(app("../pages/document/page.py"), "gs://my-bucket/report.pdf")
    assert any("report.pdf" in text.value and "Cloud Storage" in text.value for text in at.markdown)
    at.chat_input[0].set_value("Summarize").run()
    assert not at.exception
    sent = vertex.generated[-1].body["contents"][0]["parts"]
    assert sent[0]["fileData"] == {
        "file_uri": "gs://my-bucket/report.pdf",
        "mime_type": "application/pdf",
    }
    at.chat_input[0].set_value("And now?").run()
    assert not at.exception
    assert len(vertex.generated[-1].body["contents"]) == 3


def test_the_way_that_vertex_does_not_have_is_not_offered(app: Open, vertex: FakeGemini) -> None:
    at = add_address(app("../pages/document/page.py"), "gs://my-bucket/report.pdf")
    assert any("Vertex AI has no Files API" in caption.value for caption in at.main.caption)
    assert not [control for control in at.get("button_group") if control.key == "travel-document"]


def test_the_gemini_api_does_not_read_cloud_storage(app: Open, fake: FakeGemini) -> None:
    at = add_address(app("../pages/document/page.py"), "gs://my-bucket/report.pdf")
    assert any("work on Vertex AI only" in error.value for error in at.error)
    assert not fake.generated


def test_boxes_need_the_picture_itself(app: Open, vertex: FakeGemini) -> None:
    at = app("../pages/boxes/page.py")
    at.segmented_control(key="add-boxes").set_value("URL").run()
    next(field for field in at.text_input if field.label == "Public URL").set_value(
        "gs://my-bucket/cat.jpg"
    )
    next(button for button in at.button if button.label == "Fetch").click()
    at.run()
    assert not at.exception
    assert any("works on the file itself" in error.value for error in at.error)


def test_tuned_models_are_listed_by_their_jobs(app: Open, vertex: FakeGemini) -> None:
    job = {
        "name": "projects/p/locations/l/tuningJobs/1",
        "state": "JOB_STATE_SUCCEEDED",
        "tunedModelDisplayName": "Mine",
        "tunedModel": {"endpoint": "projects/p/locations/l/endpoints/3"},
    }
    running = {"state": "JOB_STATE_RUNNING", "tunedModelDisplayName": "Mine too"}
    jobs = Reply(body={"tuningJobs": [job, {**running, "name": "2"}, {**running, "name": "3"}]})
    vertex.others["GET tuningJobs"] = vertex.others["GET projects/"] = [jobs]
    at = app("../pages/models/page.py")
    next(button for button in at.button if button.label == "List tuned models").click()
    at.run()
    assert not at.exception
    assert sum("Mine too" in text.value for text in at.markdown) == 2
    at.button(key="models-tuned-projects/p/locations/l/endpoints/3").click().run()
    assert at.session_state["run_settings"].model.name == "projects/p/locations/l/endpoints/3"


def test_without_credentials_every_page_says_what_to_do(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise google.auth.exceptions.DefaultCredentialsError("None were found")

    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
    monkeypatch.setenv("GOOGLE_VERTEX_BASE_URL", fake.url)
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "a-project")
    monkeypatch.setattr(google.auth, "default", refuse)
    at = app("../pages/chat/page.py")
    assert not at.exception
    assert any("gcloud auth application-default login" in error.value for error in at.error)
    at.chat_input[0].set_value("Hello").run()
    assert not at.exception
    assert any("gcloud auth application-default login" in e.value for e in at.main.error)
    assert not fake.seen


@pytest.mark.parametrize("name", PAGES)
def test_a_project_that_is_missing_is_said_on_every_page(
    app: Open, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
    at = app(page_file(name))
    assert not at.exception, at.exception[0].message
    assert any("GOOGLE_CLOUD_PROJECT isn't set" in error.value for error in at.main.error)
    at.radio(key="connection_choice").set_value("emulator").run()
    assert not at.exception
    assert not any("GOOGLE_CLOUD_PROJECT" in error.value for error in at.error)
