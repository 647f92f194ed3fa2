"""The embeddings page in process: what is sent, what is drawn of what comes, what goes wrong."""

import threading
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from gemini.embeddings.texts import MOST_TEXTS, Row
from pages.embeddings.form import draw_form
from pages.embeddings.state import EmbeddingsState
from tests.fake_gemini import FakeGemini, Reply, error
from tests.on_page import Open, checked, click

PAGE = "../pages/embeddings/page.py"
OLD, NEW = "gemini-embedding-001", "gemini-embedding-2"
METHODS = ["embedContent", "countTokens"]
MODELS = {
    "models": [
        {"name": f"models/{OLD}", "displayName": "One", "supportedGenerationMethods": METHODS},
        {"name": f"models/{NEW}", "displayName": "Two", "supportedGenerationMethods": METHODS},
        {"name": "models/gemini-2.5-flash", "supportedGenerationMethods": ["generateContent"]},
    ]
}
THREE = [Row("one", "a"), Row("two", "b"), Row("three", "a")]


def vectors(*rows: list[float]) -> Reply:
    return Reply(
        body={
            "embeddings": [{"values": row} for row in rows],
            "usageMetadata": {"promptTokenCount": 7, "totalTokenCount": 7},
        }
    )


@pytest.fixture
def page(app: Open, fake: FakeGemini) -> AppTest:
    fake.models = MODELS
    fake.others = {"POST models/": [vectors([3, 4, 0], [4, 3, 0], [0, 0, 2])]}
    return checked(app(PAGE))


def kept(at: AppTest) -> EmbeddingsState:
    return at.session_state["embeddings"]


def fill(at: AppTest, rows: list[Row] = THREE) -> AppTest:
    kept(at).replace(rows)
    return checked(at.run())


def embed(at: AppTest) -> AppTest:
    next(b for b in at.button if b.key == "embeddings-embed").click()
    return checked(at.run())


def open_tab(at: AppTest, name: str) -> AppTest:
    at.session_state["embeddings-tabs"] = name
    return checked(at.run())


def choose(at: AppTest, label: str, value: Any) -> AppTest:
    next(s for s in at.selectbox if s.label == label).set_value(value)
    return checked(at.run())


def sent(fake: FakeGemini) -> list[Any]:
    return [s.body["requests"] for s in fake.seen if s.path.endswith("EmbedContents")]


def said(at: AppTest) -> str:
    kinds = (at.caption, at.error, at.info, at.warning, at.markdown, at.text)
    return "\n".join(element.value for kind in kinds for element in kind)


def test_the_menu_has_only_models_that_embed(page: AppTest) -> None:
    model = next(s for s in page.selectbox if s.label == "Model" and s.key == "embeddings-model")
    assert model.options == ["One", "Two"]
    assert model.value == OLD


def test_texts_are_embedded_compared_and_counted(page: AppTest, fake: FakeGemini) -> None:
    at = embed(fill(page))
    assert [[r["content"]["parts"][0]["text"] for r in body] for body in sent(fake)] == [
        ["one", "two", "three"]
    ]
    assert "Between different texts here 0.00 to 0.96" in said(at)
    assert f"{OLD} · 3 texts · 3 dimensions each · 7 tokens" in said(at)
    assert len(at.get("vega_lite_chart")) == 1


def test_only_what_was_set_is_sent(page: AppTest, fake: FakeGemini) -> None:
    embed(fill(page))
    assert "taskType" not in str(sent(fake))
    at = choose(choose(page, "Task", "RETRIEVAL_DOCUMENT"), "Dimensions", "256")
    next(t for t in at.text_input if t.label.startswith("Title")).set_value("Rules")
    embed(at)
    first = sent(fake)[-1][0]
    assert (first["taskType"], first["title"], first["outputDimensionality"]) == (
        "RETRIEVAL_DOCUMENT",
        "Rules",
        256,
    )


def test_the_newer_model_is_asked_one_by_one_with_the_task_in_words(
    page: AppTest, fake: FakeGemini
) -> None:
    fake.others = {"POST models/": [vectors([1, 0])]}
    at = choose(choose(fill(page), "Model", NEW), "Task", "CLUSTERING")
    assert "Sent as words before each text" in said(at)
    embed(at)
    texts = sorted(body[0]["content"]["parts"][0]["text"] for body in sent(fake))
    assert texts == [f"task: clustering | query: {t}" for t in ("one", "three", "two")]
    assert all("taskType" not in body[0] for body in sent(fake))


def test_neighbours_of_a_typed_text_are_looked_for_as_a_query(
    page: AppTest, fake: FakeGemini
) -> None:
    at = embed(choose(fill(page), "Task", "RETRIEVAL_DOCUMENT"))
    at = open_tab(at, "Neighbors")
    fake.others = {"POST models/": [vectors([0, 0, 1])]}
    next(t for t in at.text_input if t.label == "Search text").set_value("third?")
    at = checked(at.run())
    assert sent(fake)[-1][0]["taskType"] == "RETRIEVAL_QUERY"
    table = at.dataframe[-1].value
    assert table["Text"].tolist()[0] == "three"
    assert table["Cosine"].tolist() == pytest.approx([1, 0, 0])


def test_neighbours_of_a_text_of_the_set_leave_it_out(page: AppTest) -> None:
    at = open_tab(embed(fill(page)), "Neighbors")
    at.session_state["embeddings-nearest"] = "A text from the set"
    table = checked(at.run()).dataframe[-1].value
    assert table["Text"].tolist() == ["two", "three"]
    assert table["Cosine"].tolist() == pytest.approx([0.96, 0])


def test_the_table_has_scaled_vectors_and_says_so(page: AppTest) -> None:
    at = open_tab(embed(fill(page)), "Vectors")
    table = at.dataframe[-1].value
    assert table["Length"].tolist() == pytest.approx([5, 5, 2])
    assert list(table["Numbers"].tolist()[0]) == pytest.approx([0.6, 0.8, 0])
    assert "Not all vectors came back with length 1" in said(at)


@pytest.mark.parametrize(
    ("label", "tab"),
    [
        ("Search an FAQ", "Neighbors"),
        ("Clusters of topics", "Map"),
        ("Translations", "Similarity"),
    ],
)
def test_a_sample_runs_at_a_click(page: AppTest, fake: FakeGemini, label: str, tab: str) -> None:
    fake.others = {"POST models/": [vectors(*([float(n), 1.0, 0.0] for n in range(16)))]}
    at = click(page, label)
    assert at.session_state["embeddings-tabs"] == tab
    assert len(sent(fake)[0]) == len(kept(at).rows)
    assert len(sent(fake)) == (2 if tab == "Neighbors" else 1)
    assert not kept(at).missing()


@pytest.mark.parametrize("tab", ["Similarity", "Neighbors", "Map", "Vectors"])
@pytest.mark.parametrize(
    "rows", [[Row("alone")], [Row("same")] * 2, [Row("x" * 5000), Row("ü\n😀")]]
)
def test_any_set_can_be_drawn(page: AppTest, fake: FakeGemini, tab: str, rows: list[Row]) -> None:
    fake.others = {"POST models/": [vectors(*([[0.5, 0.5]] * len(rows)))]}
    open_tab(embed(fill(page, rows)), tab)


def test_nothing_to_embed_is_said_and_not_sent(page: AppTest, fake: FakeGemini) -> None:
    assert "Write at least one text first" in said(embed(page))
    assert "Write at least one text first" in said(embed(fill(page, [Row(" "), Row("")])))
    assert not sent(fake)


def test_pasted_lines_go_into_the_table(page: AppTest) -> None:
    page.session_state["embeddings-ways"] = "Paste"
    at = checked(page.run())
    lines = "\n".join(f"text {n}\tlabel" for n in range(MOST_TEXTS + 5))
    next(t for t in at.text_area if t.label.startswith("Texts")).set_value(lines)
    at = click(at, "Fill the table")  # right after typing
    assert kept(at).rows[0] == Row("text 0", "label")
    assert len(kept(at).rows) == MOST_TEXTS
    assert f"The first {MOST_TEXTS} of {MOST_TEXTS + 5} texts were taken." in said(at)


def test_a_failure_keeps_what_came_and_the_rest_is_fetched(page: AppTest, fake: FakeGemini) -> None:
    at = choose(fill(page), "Model", NEW)
    fake.others = {
        "POST models/": [vectors([1, 0]), vectors([0, 1]), error(400, "INVALID_ARGUMENT", "bad")]
    }
    at = embed(at)
    assert "2 of 3 texts have their vectors" in said(at)
    assert at.error
    fake.others = {"POST models/": [vectors([1, 1])]}
    at = click(at, "Embed the other 1")
    assert not kept(at).missing()
    assert len(sent(fake)) == 4
    assert not at.error
    assert "3 texts · 2 dimensions each · 21 tokens" in said(at)


@pytest.mark.parametrize(
    "reply",
    [
        error(401, "UNAUTHENTICATED", "API key not valid"),
        error(429, "RESOURCE_EXHAUSTED", "Quota exceeded"),
        error(500, "INTERNAL", "An internal error"),
        Reply(body=b"this is not JSON"),
        Reply(then="cut"),
    ],
)
def test_a_failure_is_told_and_the_next_try_works(
    page: AppTest, fake: FakeGemini, reply: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gemini.api.http.FIRST_DELAY", 0.01)
    good, fake.others["POST models/"] = fake.others["POST models/"], [reply]
    at = embed(fill(page))
    assert at.error or at.warning
    assert kept(at).rows == THREE
    fake.others["POST models/"] = good
    at = click(at, "Try again")
    assert not at.error
    assert not at.warning
    assert not kept(at).missing()


@pytest.mark.parametrize("embeddings", [[], [{}, {}, {}], [{"values": []}] * 3])
def test_an_answer_without_vectors_is_told(
    page: AppTest, fake: FakeGemini, embeddings: list[Any]
) -> None:
    fake.others = {"POST models/": [Reply(body={"embeddings": embeddings})]}
    at = embed(fill(page))
    assert "No vectors came back" in said(at)


def test_the_button_is_free_after_vectors_that_come_while_the_page_is_drawn(
    page: AppTest, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, draw, drawn_busy = threading.Event(), draw_form, []
    fake.others["POST models/"][0].held = held

    def and_wait(state: EmbeddingsState, *, busy: bool) -> None:
        draw(state, busy=busy)
        if state.live is not None:
            drawn_busy.append(busy)
            held.set()
            assert state.live.ended.wait(10)

    fill(page)
    monkeypatch.setattr("pages.embeddings.form.draw_form", and_wait)
    at = embed(page)
    assert drawn_busy[0]
    assert not at.button(key="embeddings-embed").disabled
    assert "embeddings-stop" not in [button.key for button in at.button]


def test_without_a_key_it_says_what_to_do(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EMULATOR_URL")
    at = embed(fill(checked(app(PAGE))))
    assert at.error
    assert kept(at).rows == THREE


def test_a_kept_set_is_reopened_by_its_address(page: AppTest, app: Open, fake: FakeGemini) -> None:
    at = embed(choose(fill(page), "Task", "CLUSTERING"))
    run_id = kept(at).live.run.id  # pyright: ignore[reportOptionalMemberAccess]
    assert at.query_params["run"] in (run_id, [run_id])
    again = app()
    again.query_params["run"] = run_id
    again = checked(again.switch_page(PAGE).run())
    assert kept(again).rows == THREE
    assert kept(again).task == "CLUSTERING"
    assert "3 texts · 3 dimensions each" in said(again)
    assert len(sent(fake)) == 1


def test_an_address_of_something_else_is_let_go(page: AppTest) -> None:
    page.query_params["run"] = "nothing-like-it"
    at = checked(page.run())
    assert "run" not in at.query_params


def test_texts_and_vectors_outlast_another_page(page: AppTest) -> None:
    at = embed(fill(page))
    at = checked(at.switch_page("../pages/models/page.py").run())
    at = checked(at.switch_page(PAGE).run())
    assert kept(at).rows == THREE
    assert "3 texts · 3 dimensions each" in said(at)


def test_request_response_and_code_are_there(page: AppTest) -> None:
    at = embed(choose(fill(page), "Task", "CLUSTERING"))
    at.session_state["embeddings-details"] = True
    for tab, seen in (("Request", "batchEmbedContents"), ("Code", "texts[start : start + 100]")):
        at.session_state["inspector-embeddings"] = tab
        checked(at.run())
        shown = [c.value for c in at.code]
        assert any(seen in text for text in shown), shown
