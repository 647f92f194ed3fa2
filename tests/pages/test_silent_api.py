"""Pages are there, and clicks answered, while the API takes connections and never answers."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.fake_gemini import FakeGemini, Reply

Open = Callable[[str], AppTest]
PAGES = ("prompt/chat", "manage/models", "create/create_image", "shape/embeddings", "manage/tokens")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_drawn_while_the_list_of_models_hangs(
    page: str, app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gemini.last_known.FIRST_WAIT", 0)
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", fake.url)
    monkeypatch.setenv("GEMINI_API_KEY", "silent-api-key")
    fake.others["GET models"] = [Reply(then="hang")]
    at = app(f"../pages/{page}.py").run()
    assert not at.exception
    assert not any(seen.closed.is_set() for seen in fake.seen)  # nobody waited for its end
    if page == "prompt/chat":
        assert "gemini-2.5-pro" in at.sidebar.selectbox[0].options
        assert at.chat_input
