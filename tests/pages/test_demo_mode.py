"""A demo in process: what visitors can't do, held by the server, and how it starts over."""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.testing.v1 import AppTest

from components import demo_view, own_things
from components.demo_mode import WORK
from components.navigation import PAGES
from gemini.demo.pack import Pack
from gemini.history.engine import HistoryError, data_folder
from gemini.history.store import HistoryStore
from gemini.live_run import LiveRun
from gemini.request import Request
from gemini.run import Run
from tests.demo_scenes import chat_scene, packed, structured_scene, with_fields
from tests.fake_gemini import FakeGemini, answer
from tests.on_page import Open, checked, click, said


@pytest.fixture
def demo(app: Open, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens a page of a demo that has four."""
    monkeypatch.setenv("PLAYGROUND_DEMO", "on")
    monkeypatch.setenv("PLAYGROUND_DEMO_PAGES", "chat,image,structured,agents")
    return app


def ask(at: AppTest, text: str = "Where do herons stand?") -> AppTest:
    at.chat_input[0].set_value(text).run()
    return checked(at)


def running() -> LiveRun:
    return LiveRun(Run(Request("m", [], {}), "server"))


def kept_runs() -> dict[str, int]:
    """How many runs are in the history, by owner; what waits is written first."""
    st.cache_resource.clear()
    with closing(sqlite3.connect(data_folder() / "history.db")) as database:
        return dict(database.execute("SELECT owner, count(*) FROM runs GROUP BY owner").fetchall())


def wait_for_deletion() -> None:
    for thread in threading.enumerate():
        if thread.name == "visit-end":
            thread.join(20)


def test_visitors_ask_and_see_what_is_locked(demo: Open, fake: FakeGemini) -> None:
    at = ask(checked(demo()))
    assert said(at)[-1] == "ok"
    assert not at.sidebar.children
    labels = {b.label for b in at.button}
    assert "Start over" in labels
    assert not labels & {"Import", "Presenter view", "Use this key"}
    words = " ".join(c.value for c in at.caption)
    assert "The settings, connection and History are locked" in words
    assert "deleted when you start over, or after 2 minutes without a touch" in words
    actions = " ".join(at.get("menu_button")[0].proto.options)
    assert "Delete this turn" in actions
    assert "Replay" not in actions
    assert "Compare with" not in actions
    assert len(fake.generated) == 1


@pytest.mark.parametrize("name", ["history", "files", "compare", "speech"])
def test_a_page_that_was_not_chosen_says_so_and_is_not_run(demo: Open, name: str) -> None:
    at = checked(demo(name))
    assert at.title[0].value == PAGES[name].title
    assert "locked" in at.info[0].value
    assert [b.label for b in at.main.button] == ["Start over", "Keyboard shortcuts"]
    links = [e.proto.label for e in at.main if e.type == "page_link"]
    assert links == ["Chat", "Image", "Structured output", "Agents"]


def test_the_first_page_that_was_chosen_is_the_start(
    demo: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_DEMO_PAGES", "structured,chat")
    assert "Schema" in [h.value for h in checked(demo()).header]


def test_what_was_asked_before_the_demo_is_not_to_be_opened(
    app: Open, demo: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PLAYGROUND_DEMO")
    fake.replies = [answer("A secret of the operator's.")]
    at = ask(app())
    conversation = at.query_params["c"]
    assert kept_runs() == {"": 1}
    monkeypatch.setenv("PLAYGROUND_DEMO", "on")
    for page, parameter in (("chat", "c"), ("structured", "run")):
        visitor = demo(page)
        visitor.query_params[parameter] = conversation
        checked(visitor.run())
        assert "A secret" not in repr([m.value for m in visitor.markdown])
        assert not visitor.chat_message


def test_each_visit_has_a_history_of_its_own(demo: Open) -> None:
    one, other = ask(demo()), ask(demo())
    owners = kept_runs()
    assert len(owners) == 2
    assert all(owner.startswith("session:") for owner in owners)
    assert "c" not in one.query_params
    assert "c" not in other.query_params


def test_messages_of_widgets_that_are_not_there_change_nothing(
    app: Open, demo: Open, fake: FakeGemini, gemini_api: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that isn't locked tells the ids of what is; a visitor sends values for them."""
    monkeypatch.delenv("PLAYGROUND_DEMO")
    open_page = app()
    states = WidgetStates()
    connection = next(r for r in open_page.sidebar.radio if r.label == "Requests go to")
    states.widgets.add(id=connection.proto.id, string_value="A key")
    temperature = next(s for s in open_page.sidebar.slider if s.label == "Temperature")
    states.widgets.add(id=temperature.proto.id, double_array_value={"data": [0.1]})
    model = next(s for s in open_page.sidebar.selectbox if s.label == "Model")
    states.widgets.add(id=model.proto.id, string_value="gemini-ultra-expensive")
    open_page._run(states)
    assert open_page.session_state["connection_choice"] == "own key"
    assert open_page.session_state["run_settings"].values == {"temperature": 0.1}

    monkeypatch.setenv("PLAYGROUND_DEMO", "on")
    visitor = demo()
    checked(visitor._run(states))
    ask(visitor)
    assert fake.generated[-1].headers["x-goog-api-key"] == "page-test-key"
    assert "expensive" not in fake.generated[-1].path
    assert "generationConfig" not in fake.generated[-1].body


def test_nobody_sees_what_others_have_stored_with_the_key(
    demo: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def page() -> None:
        import streamlit as st

        from components.own_things import SHOWN, draw_whose, own_of

        st.session_state[SHOWN] = True
        draw_whose("files")
        st.text(repr(own_of(["files/theirs"], str)))

    at = checked(AppTest.from_function(page).run())
    assert not at.toggle
    assert at.text[0].value == "[]"


def test_to_start_over_forgets_the_visit(demo: Open, fake: FakeGemini) -> None:
    at = ask(demo())
    at.session_state[own_things.OWN_NAMES] = {"files/mine", "cachedContents/mine"}
    click(at, "Start over")
    wait_for_deletion()
    assert not at.chat_input
    assert "Starting over" in at.markdown[0].value
    for key in ("chat-chat", own_things.OWN_NAMES, "run_settings_model"):
        assert key not in at.session_state
    checked(at.run())  # what its browser still sends
    assert not at.chat_input
    assert kept_runs() == {}
    deleted = [seen.path for seen in fake.seen if seen.method == "DELETE"]
    assert [path.rpartition("/v1beta/")[2] for path in deleted] == ["files/mine"]
    assert not said(demo())  # the next visitor's page


def test_while_an_answer_runs_it_asks_first(demo: Open) -> None:
    at, live = ask(demo()), running()
    at.session_state[WORK] = [live]
    click(at, "Start over")
    assert live.running
    assert any("still being written" in m.value for m in at.markdown)
    click(at, "Keep going")
    assert live.running
    assert at.chat_message
    click(click(at, "Start over"), "Stop and start over")
    assert not live.running
    assert not at.chat_input
    wait_for_deletion()


def test_time_that_is_up_waits_for_an_answer(demo: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def component(*_: Any) -> Callable[..., None]:
        def draw(*, on_idle_change: Callable[[], None] | None = None, **_: Any) -> None:
            st.button("Time is up", on_click=on_idle_change)

        return draw

    monkeypatch.setattr(demo_view, "browser_component", component)
    at, live = ask(demo()), running()
    at.session_state[WORK] = [live]
    click(at, "Time is up")
    assert at.chat_message
    assert live.running
    live.stop()
    click(at, "Time is up")
    assert not at.chat_input
    wait_for_deletion()


def test_a_history_that_fails_keeps_nobody_from_starting_over(
    demo: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: HistoryStore) -> int:
        raise HistoryError("The database is away.")

    monkeypatch.setattr(HistoryStore, "delete_everything", fail)
    at = click(ask(demo()), "Start over")
    wait_for_deletion()
    assert not at.chat_input
    assert "The database is away." in caplog.text


def test_a_demo_that_can_not_start_says_why_and_opens_nothing(
    demo: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_DEMO", "/nowhere/pack.json")
    for page in ("", "history"):
        at = checked(demo(page))
        assert "PLAYGROUND_DEMO" in at.error[0].value
        assert not at.button
        assert not at.chat_input


def test_the_agents_page_asks_no_visitor_for_a_key(demo: Open) -> None:
    at = checked(demo("agents"))
    assert at.info
    assert not at.text_input


@pytest.fixture
def pack_file(tmp_path: Path) -> Path:
    """A pack of two scenes on pages of their own, and one without."""
    scenes = [
        chat_scene("What do herons do?", "They stand."),
        structured_scene(),
        with_fields(structured_scene(), page="compare"),
    ]
    for scene in scenes:
        scene.note = "A word of the speaker's"
    path = tmp_path / "pack.zip"
    path.write_bytes(packed(Pack("The show", scenes)))
    return path


def test_a_pack_is_played_from_its_first_scene_on(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch, pack_file: Path
) -> None:
    monkeypatch.setenv("PLAYGROUND_DEMO", str(pack_file))
    monkeypatch.setenv("PLAYGROUND_DEMO_PAGES", "")
    at = checked(app())
    assert said(at) == ["What do herons do?", "They stand."]
    labels = {b.label for b in at.button}
    assert {"Next", "Start over"} <= labels
    assert not {"End", "Note"} & labels
    assert "speaker" not in repr([t.value for t in at.text])
    click(at, "Next")
    assert at.session_state["player"].at == 1
    click(at, "Start over")
    wait_for_deletion()
    assert "player" not in at.session_state
    assert said(checked(app())) == ["What do herons do?", "They stand."]
    assert not fake.generated


def test_a_pack_can_not_be_changed_by_a_visitor(
    app: Open, monkeypatch: pytest.MonkeyPatch, pack_file: Path
) -> None:
    monkeypatch.setenv("PLAYGROUND_DEMO", str(pack_file))
    at = checked(app("chat"))
    at.query_params["notes"] = at.session_state["player"].pack.id
    at.switch_page("../pages/demo/page.py")
    checked(at.run())
    assert not at.file_uploader
    assert "can't be opened" in at.info[0].value
    assert "speaker" not in repr([*at.text, *at.markdown])


def test_the_keys_are_listed_for_visitors_too(demo: Open) -> None:
    at = checked(demo())
    checked(at.button(key="shortcuts").click().run())
    assert "Copy the latest answer" in str([table.value.values.tolist() for table in at.table])
