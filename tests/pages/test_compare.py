"""The compare page in process: columns, repeats, a sweep, one failure, a blind vote."""

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.attachments.state import Attachments
from gemini.media.load import attachment
from pages.compare.state import CompareState
from tests.fake_gemini import FakeGemini, Reply, answer, error
from tests.interaction_replies import interaction, text
from tests.on_page import Open, checked

PAGE = "../pages/compare/page.py"
NOTE = attachment("note.txt", b"A note")


@pytest.fixture
def page(app: Callable[..., AppTest]) -> AppTest:
    return checked(app(PAGE))


def comparison(at: AppTest) -> CompareState:
    return at.session_state["compare"]


def state(at: AppTest) -> Attachments:
    return at.session_state["attachments-compare"]


def send(at: AppTest, prompt: str = "Go") -> AppTest:
    at.text_area(key="compare-prompt").set_value(prompt)
    at.button(key="compare-send").click()
    return checked(at.run())


def test_each_column_asks_its_own_model(page: AppTest, fake: FakeGemini) -> None:
    page.selectbox(key="compare-0-model").set_value("gemini-2.5-flash")
    page.selectbox(key="compare-1-model").set_value("gemini-3.8-flash")
    at = send(checked(page.run()))
    asked = {seen.path.partition(":")[0].rpartition("/")[2] for seen in fake.generated}
    assert asked == {"gemini-2.5-flash", "gemini-3.8-flash"}
    assert [row["Agreement"] for row in comparison(at).rows()] == [1, 1]


def test_a_sweep_sends_each_value(page: AppTest, fake: FakeGemini) -> None:
    comparison(page).mode = "sweep"
    comparison(page).swept = "seed"
    send(checked(page.run()))
    seeds = [seen.body["generationConfig"]["seed"] for seen in fake.generated]
    assert sorted(seeds) == [1, 2, 3, 4]


def test_what_the_api_lacks_is_not_swept(page: AppTest, fake: FakeGemini) -> None:
    fake.others = {"POST interactions": [interaction(text("ok"))]}
    at = checked(page.selectbox(key="compare-0-model").set_value("gemini-2.5-flash").run())
    comparison(at).mode, comparison(at).swept = "sweep", "thinking_budget"
    comparison(at).column(0).values["api"] = "interactions.create"
    at = checked(at.run())
    choice = at.selectbox(key="compare-swept")
    assert "Thinking budget" not in choice.options
    send(at)
    bodies = [s.body["generation_config"] for s in fake.seen if s.path.endswith("interactions")]
    assert len({body["temperature"] for body in bodies}) == len(bodies) > 1


def test_a_failure_leaves_the_others_alone(page: AppTest, fake: FakeGemini) -> None:
    fake.replies = [error(400, "INVALID_ARGUMENT", "No"), answer("fine")]
    at = send(page)
    outcomes = sorted(entry.live.run.outcome for entry in comparison(at).entries)
    assert outcomes == ["done", "failed"]


def test_where_nothing_was_answered_no_figures_are_drawn(page: AppTest, fake: FakeGemini) -> None:
    fake.replies = [error(400, "INVALID_ARGUMENT", "No") for _ in range(2)]
    at = send(page)
    assert not at.get("vega_lite_chart")
    (table,) = at.dataframe
    assert "Outcome" in table.value
    assert "Tokens in" not in table.value
    fake.replies = [answer("fine"), answer("fine, too")]
    assert send(at).get("vega_lite_chart")


def test_a_blind_vote_shows_the_models_after_it(page: AppTest) -> None:
    page.toggle(key="compare-blind").set_value(True)
    at = send(checked(page.run()))
    assert [t.value for t in at.markdown if t.value in {"**A**", "**B**"}] == ["**A**", "**B**"]
    at.button(key="compare-best-A").click()
    at = checked(at.run())
    assert any(t.value.startswith("**A: gemini") for t in at.markdown)
    assert sum(comparison(at).votes.values()) == 1


def words_of(at: AppTest) -> str:
    """All text on the screen, apart from the form, that could tell who gave an answer."""
    main = at.main
    shown = [*main.markdown, *main.caption, *main.warning, *main.error, *main.code, *main.json]
    return " ".join(str(element.value) for element in shown)


def test_typed_values_are_sent(page: AppTest, fake: FakeGemini) -> None:
    comparison(page).mode = "sweep"
    comparison(page).swept = "temperature"
    at = checked(page.run())
    at.text_input(key="compare-values-temperature").set_value("0.2, 1.4")
    send(checked(at.run()))
    sent = [seen.body["generationConfig"]["temperature"] for seen in fake.generated]
    assert sorted(sent) == [0.2, 1.4]


def test_values_out_of_range_are_said_and_not_sent(page: AppTest, fake: FakeGemini) -> None:
    comparison(page).mode = "sweep"
    at = checked(page.run())
    at.text_input(key="compare-values-temperature").set_value("0, 3")
    at = send(checked(at.run()))
    assert any("outside 0 to 2" in c.value for c in at.caption)
    assert not fake.generated
    assert at.text_input(key="compare-values-temperature").value == "0, 3"


def test_files_go_to_every_column(page: AppTest, fake: FakeGemini) -> None:
    page.text_area(key="compare-prompt").set_value("What is it?")
    state(page).pending.append(NOTE)
    at = send(checked(page.run()), "What is it?")
    parts = [seen.body["contents"][0]["parts"] for seen in fake.generated]
    assert [[next(iter(p)) for p in each] for each in parts] == [["inlineData", "text"]] * 2
    assert state(at).pending == [NOTE]  # for the next time


def test_large_files_are_stored_before_any_column_asks(page: AppTest, fake: FakeGemini) -> None:
    state(page).pending.append(NOTE)
    state(page).travel = "files"
    at = send(checked(page.run()), "What is it?")
    assert len(fake.stored) == 1
    uris = [seen.body["contents"][0]["parts"][0]["fileData"]["file_uri"] for seen in fake.generated]
    assert len(uris) == 2
    assert uris[0] == uris[1]
    assert all(e.live.run.outcome == "done" for e in comparison(at).entries)


def test_a_failed_upload_is_said_and_nothing_is_asked(page: AppTest, fake: FakeGemini) -> None:
    fake.file_states = ["FAILED"]
    state(page).pending.append(NOTE)
    state(page).travel = "files"
    at = send(checked(page.run()), "What is it?")
    assert any("couldn't be processed" in e.value for e in at.error)
    assert not fake.generated
    assert at.text_area(key="compare-prompt").value == "What is it?"


def test_a_blind_answer_tells_nothing_of_its_model(page: AppTest, fake: FakeGemini) -> None:
    page.selectbox(key="compare-0-model").set_value("gemini-2.5-flash")
    page.selectbox(key="compare-1-model").set_value("gemini-3.8-flash")
    page.toggle(key="compare-blind").set_value(True)
    thought = {"parts": [{"text": "secret musing", "thought": True}, {"text": "fine"}]}
    done = {"index": 0, "content": thought, "finishReason": "STOP"}
    fake.replies = [
        error(404, "NOT_FOUND", "models/gemini-2.5-flash is not found"),
        Reply([{"candidates": [done], "modelVersion": "gemini-3.8-flash-001"}]),
    ]
    at = send(checked(page.run()))
    words = words_of(at)
    assert "fine" in words
    assert not any(hint in words for hint in ("gemini-", "secret musing", "first text", "404"))
    assert "Model not found" in words
    assert not at.dataframe
    assert not [b for b in at.get("download_button") if getattr(b, "label", "") == "CSV"]
    at.button(key="compare-tie").click()
    words = words_of(checked(at.run()))
    assert "gemini-2.5-flash is not found" in words
    assert "secret musing" in words
    assert at.dataframe


def test_nothing_is_hidden_where_all_have_failed(page: AppTest, fake: FakeGemini) -> None:
    page.toggle(key="compare-blind").set_value(True)
    fake.replies = [error(400, "INVALID_ARGUMENT", "No such thing") for _ in range(2)]
    at = send(checked(page.run()))
    assert [e.value for e in at.error if "No such thing" in e.value]
    assert not comparison(at).hidden


def test_a_vote_counts_once(page: AppTest) -> None:
    at = send(page)
    comparison(at).choose("A")
    comparison(at).choose("A")
    assert sum(comparison(at).votes.values()) == 1


def test_nothing_to_send_is_said(page: AppTest, fake: FakeGemini) -> None:
    at = send(page, "")
    assert any("Write a prompt first" in c.value for c in at.caption)
    assert not fake.generated


def test_a_reload_shows_the_answers_again(
    page: AppTest, app: Callable[..., AppTest], fake: FakeGemini
) -> None:
    comparison(page).mode = "repeats"
    comparison(page).times = 2
    at = send(checked(page.run()))
    address = at.query_params["runs"]
    titles = [comparison(at).title(entry) for entry in comparison(at).entries]

    again = app(PAGE)
    again.query_params["runs"] = address
    checked(again.run())
    assert [comparison(again).title(entry) for entry in comparison(again).entries] == titles
    assert titles == ["A: gemini-3.8-flash", "B: gemini-3.8-flash"]
    assert again.text_area(key="compare-prompt").value == "Go"
    assert len(fake.generated) == 2


def test_a_reload_doesnt_tell_who_gave_which_before_the_vote(
    page: AppTest, app: Callable[..., AppTest]
) -> None:
    comparison(page).blind = True
    at = send(checked(page.run()))
    again = app(PAGE)
    for name in ("runs", "blind"):
        again.query_params[name] = at.query_params[name]
    checked(again.run())
    assert comparison(again).hidden
    assert [comparison(again).title(entry) for entry in comparison(again).entries] == ["A", "B"]


def reloaded(app: Callable[..., AppTest], at: AppTest) -> AppTest:
    """The page after a reload: only the address is left."""
    again = app(PAGE)
    comparison(again).columns.clear()  # they are made as the page is drawn without an address
    for name in ("runs", "blind"):
        if name in at.query_params:
            again.query_params[name] = at.query_params[name]
    return checked(again.run())


def bodies(fake: FakeGemini) -> list[Any]:
    return sorted([seen.path, seen.body] for seen in fake.generated)


def test_after_a_reload_the_columns_and_files_are_asked_again(
    page: AppTest, app: Callable[..., AppTest], fake: FakeGemini
) -> None:
    page.selectbox(key="compare-0-model").set_value("gemini-2.5-flash")
    page.selectbox(key="compare-1-model").set_value("gemini-3.8-flash")
    checked(page.run())
    comparison(page).column(1).values["temperature"] = 0.3
    state(page).pending.append(NOTE)
    at = send(page, "What is it?")
    before = bodies(fake)
    fake.seen.clear()
    again = reloaded(app, at)
    again.button(key="compare-send").click()
    checked(again.run())
    assert len(before) == 2
    assert [path for path, _ in bodies(fake)] == [path for path, _ in before]
    assert bodies(fake) == before


@pytest.mark.parametrize("swept", ["0, 0.5, 1, 1.5, 2", ""])
def test_after_a_reload_a_sweep_and_repeats_are_what_they_were(
    page: AppTest, app: Callable[..., AppTest], fake: FakeGemini, swept: str
) -> None:
    comparison(page).mode = "sweep" if swept else "repeats"
    comparison(page).typed["temperature"] = swept
    comparison(page).times = 5
    at = send(checked(page.run()))
    again = comparison(reloaded(app, at))
    assert (again.mode, again.times) == (comparison(at).mode, 4 if swept else 5)
    assert again.typed.get("temperature", "") == ("0.0, 0.5, 1.0, 1.5, 2.0" if swept else "")


def test_after_a_reload_two_columns_that_are_the_same_are_still_columns(
    page: AppTest, app: Callable[..., AppTest], fake: FakeGemini
) -> None:
    before = comparison(at := send(checked(page.run())))
    again = comparison(reloaded(app, at))
    assert (again.mode, again.count, len(again.columns)) == ("columns", 2, 2)
    assert [entry.about for entry in again.entries] == [entry.about for entry in before.entries]


def test_after_a_reload_the_columns_tell_nothing_of_a_blind_vote(
    page: AppTest, app: Callable[..., AppTest]
) -> None:
    page.selectbox(key="compare-0-model").set_value("gemini-3.8-flash")
    page.selectbox(key="compare-1-model").set_value("gemini-2.5-flash")
    comparison(page).blind = True
    again = comparison(reloaded(app, send(checked(page.run()))))
    assert [one.model.name for one in again.columns] == ["gemini-2.5-flash", "gemini-3.8-flash"]


def test_an_address_that_names_no_runs_shows_an_empty_page(app: Callable[..., AppTest]) -> None:
    at = app(PAGE)
    at.query_params["runs"] = "nothing,here"
    checked(at.run())
    assert comparison(at).entries == []
    assert "runs" not in at.query_params


def test_columns_may_ask_by_different_apis(page: AppTest, fake: FakeGemini) -> None:
    fake.others = {"POST interactions": [interaction(text("By the new one."))]}
    fake.replies = [answer("By the old one.")]
    comparison(page).column(1).values["api"] = "interactions.create"
    at = send(checked(page.run()))
    titles = [entry.about.rpartition(", ")[2] for entry in comparison(at).entries]
    assert titles == ["generateContent", "Interactions"]
    assert [row["API"] for row in comparison(at).rows()] == titles
    (settings,) = (table.value for table in at.table)
    assert settings.to_dict("records") == [
        {"Setting": "API", "A": "generateContent", "B": "Interactions"}
    ]
    answers = [entry.live.run.candidates[0].parts[0]["text"] for entry in comparison(at).entries]
    assert answers == ["By the old one.", "By the new one."]


@pytest.mark.parametrize("history", ["on", "off"])
def test_an_answer_is_compared_with_the_other_api(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch, history: str
) -> None:
    monkeypatch.setenv("PLAYGROUND_HISTORY", history)
    fake.replies = [answer("One."), answer("Two.")]
    fake.others = {"POST interactions": [interaction(text("Deux."))]}
    at = app()
    for words in ("First", "Second"):
        at = checked(at.chat_input[0].set_value(words).run())
    menu: Any = [w for w in at.main if getattr(w, "type", "") == "menu_button"][-1]
    assert "Compare with Interactions" in str(menu.proto)
    at = checked(menu.set_value("By the other API").run())
    assert at.title[0].value == "Compare"
    runs = [entry.live.run for entry in comparison(at).entries]
    assert [run.candidates[0].parts[0]["text"] for run in runs] == ["Two.", "Deux."]
    texts = [step["content"][0]["text"] for step in fake.seen[-1].body["input"]]
    assert texts == ["First", "One.", "Second"]
    assert [entry.about for entry in comparison(at).entries] == ["generateContent", "Interactions"]
    if history == "on":
        ids = at.query_params["runs"]
        again = app(PAGE)
        again.query_params["runs"] = ids
        again = checked(again.run())
        assert len(comparison(again).entries) == 2
