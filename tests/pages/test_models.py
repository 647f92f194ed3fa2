"""The models page in process: the list, search and filters, a model for the session, failures."""

import pytest
from streamlit.testing.v1 import AppTest

from components.settings.run_settings import RunSettings
from tests.fake_gemini import FakeGemini, Reply, error
from tests.on_page import Open, checked

PAGE = "../pages/models/page.py"


@pytest.fixture
def page(app: Open, gemini_api: None) -> AppTest:
    """The page on the Gemini API, where models have prices."""
    return checked(app(PAGE))


def names(at: AppTest) -> list[str]:
    return list(at.dataframe[0].value["Model"])


def settings(at: AppTest) -> RunSettings:
    return at.session_state["run_settings"]


def test_every_model_with_its_price(page: AppTest) -> None:
    assert names(page) == ["gemini-3.8-flash", "gemini-2.5-flash"]
    assert list(page.dataframe[0].value["$ out"]) == [3.75, 2.5]
    table = page.table[0].value
    facts: dict[str, str] = dict(zip(table["What"], table["Value"], strict=True))
    assert facts["Prompt"] == "up to 1,048,576 tokens"
    assert facts["Thinking"].startswith("by level: LOW")
    assert any("read 07 Oct 2026" in caption.value for caption in page.caption)


def test_search_and_filters(page: AppTest) -> None:
    page.text_input(key="models-words").set_value("2.5")
    assert names(checked(page.run())) == ["gemini-2.5-flash"]
    page.text_input(key="models-words").set_value("opus")
    at = checked(page.run())
    assert any("No models match" in info.value for info in at.info)
    next(b for b in at.button if b.label == "Clear the filters").click()
    assert len(names(checked(at.run()))) == 2


def test_a_model_is_used_for_the_session(page: AppTest) -> None:
    page.text_input(key="models-words").set_value("2.5")
    at = checked(page.run())
    at.button(key="models-use").click()
    at = checked(at.run())
    assert settings(at).model.name == "gemini-2.5-flash"
    assert at.selectbox(key="run_settings_model").value == "gemini-2.5-flash"
    assert at.button(key="models-use").disabled
    at.switch_page("../pages/chat/page.py")
    assert settings(checked(at.run())).model.name == "gemini-2.5-flash"


def test_an_embedding_model_is_none_for_the_sidebar(page: AppTest, fake: FakeGemini) -> None:
    entry = {"name": "models/gemini-embedding-2", "supportedGenerationMethods": ["embedContent"]}
    fake.models = {"models": [entry]}
    next(b for b in page.button if b.label == "Load the list again").click()
    at = checked(page.run())
    assert names(at) == ["gemini-embedding-2"]
    assert at.button(key="models-use").disabled
    assert any("can't answer prompts" in caption.value for caption in at.caption)


def test_tuned_models_are_listed_and_used(page: AppTest, fake: FakeGemini) -> None:
    tuned = {"name": "tunedModels/mine-1", "displayName": "Mine", "baseModel": "models/gemini-2.5"}
    fake.others["GET tunedModels"] = [Reply(body={"tunedModels": [tuned]})]
    next(b for b in page.button if b.label == "List tuned models").click()
    at = checked(page.run())
    at.button(key="models-tuned-tunedModels/mine-1").click()
    at = checked(at.run())
    assert settings(at).model.name == "tunedModels/mine-1"


def test_none_are_tuned(page: AppTest, fake: FakeGemini) -> None:
    fake.others["GET tunedModels"] = [Reply(body={})]
    next(b for b in page.button if b.label == "List tuned models").click()
    at = checked(page.run())
    assert any("None for this key" in caption.value for caption in at.caption)


def test_a_failure_is_a_problem_and_no_trace(app: Open, fake: FakeGemini, gemini_api: None) -> None:
    fake.others["GET models"] = [error(403, "PERMISSION_DENIED", "No")]
    fake.others["GET tunedModels"] = [error(403, "PERMISSION_DENIED", "No")]
    at = checked(app(PAGE))
    assert any("Not allowed" in e.value for e in at.error)
    next(b for b in at.button if b.label == "List tuned models").click()
    at = checked(at.run())
    assert sum("Not allowed" in e.value for e in at.main.error) == 2
    fake.others.clear()
    next(b for b in at.button if b.label == "Try again").click()
    assert len(names(checked(at.run()))) == 2


def test_an_environment_that_contradicts_itself_is_said(
    app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
    at = checked(app(PAGE))
    assert any("GOOGLE_CLOUD_PROJECT isn't set" in e.value for e in at.main.error)


def test_the_emulator_costs_nothing(app: Open) -> None:
    at = checked(app(PAGE))
    assert "$ in" not in at.dataframe[0].value
    assert any("costs nothing" in caption.value for caption in at.caption)


def test_when_a_model_ends_and_what_reaches_another() -> None:
    def script() -> None:
        from gemini.models.capabilities import unknown
        from pages.models.card import draw_model

        draw_model(unknown("gemini-3.7-flash"), "gemini")

    captions = [c.value for c in checked(AppTest.from_function(script).run()).caption]
    assert [c for c in captions if "answers for gemini-3.7-flash" in c] == [
        ":material/event_busy: Since 8 Oct 2026 gemini-3.8-flash answers for gemini-3.7-flash."
    ]

    def other() -> None:
        from gemini.models.capabilities import unknown
        from pages.models.card import draw_model

        draw_model(unknown("lyria-3.5"), "gemini")

    at = checked(AppTest.from_function(other).run())
    assert at.button(key="models-use").disabled
    assert any("through the Interactions API only" in c.value for c in at.caption)
