"""Demos in process: made from the history, edited, and played with nothing sent."""

import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components.player.player import Player
from gemini.demo.file import read
from gemini.demo.pack import Pack, Scene
from gemini.history.database import open_history
from gemini.replay import AT_ONCE, Replay
from pages.demo.state import file_of
from tests.demo_scenes import (
    boxes_scene,
    chat_scene,
    image_scene,
    packed,
    recorded,
    structured_scene,
    words,
)
from tests.fake_gemini import FakeGemini, Reply, answer, chunk, error
from tests.on_page import Open, checked, click, said
from tests.pages.test_history import pick


def player(at: AppTest) -> Player:
    return at.session_state["player"]


def captions(at: AppTest) -> str:
    return "\n".join(each.value for each in at.caption)


def labels(at: AppTest) -> list[str]:
    return [each.label for each in at.button]


def opened(app: Open, *scenes: Scene) -> AppTest:
    """The demo page with a pack that was uploaded."""
    at = checked(app("demo"))
    at.file_uploader[0].upload("show.zip", packed(Pack("The show", list(scenes))))
    return checked(at.run())


def played(app: Open, *scenes: Scene) -> AppTest:
    """The first scene of a pack."""
    return click(opened(app, *scenes), "demo-play")


def on_stage(at: AppTest) -> AppTest:
    """The scene again; a page in process is the first one after each run."""
    return click(checked(at.run()), "Return to the scene")


def asked(at: AppTest, text: str) -> AppTest:
    at.chat_input[0].set_value(text)
    return checked(at.run())


def kept_runs() -> int:
    """How many runs are in the history; what waits is written first."""
    st.cache_resource.clear()
    history = open_history()
    try:
        return len(history.of().find().runs)
    finally:
        history.close()


def test_the_empty_page_says_what_it_is_for(app: Open) -> None:
    at = checked(app("demo"))
    assert at.title[0].value == "Demo"
    assert any("even without a network" in each.value for each in at.markdown)
    assert at.file_uploader[0].label == "Open a demo pack"


def test_a_file_that_is_no_pack_is_refused_in_words(app: Open) -> None:
    at = checked(app("demo"))
    at.file_uploader[0].upload("show.zip", b"rubbish")
    at = checked(at.run())
    assert at.error[0].value == "This file isn't a demo pack, or it is damaged."
    at.file_uploader[0].upload("show.zip", packed(Pack("The show", [chat_scene("Hi", "Hello")])))
    at = checked(at.run())
    assert not at.error
    assert at.text_input(key=f"demo-{at.session_state['demo-edited'].id}-title").value == "The show"


def test_a_scene_is_played_with_nothing_sent_and_marked(app: Open, fake: FakeGemini) -> None:
    at = played(app, chat_scene("Which colour?", "It is\nblue."), boxes_scene())
    assert said(at) == ["Which colour?", "It is\nblue."]
    assert ":material/smart_display: Recording" in captions(at)
    assert "Recording, " in captions(at).split("8 out")[0]
    assert "1 of 2" in captions(at)
    assert not fake.generated
    assert kept_runs() == 0


def test_pages_of_all_kinds_show_their_scene(app: Open, fake: FakeGemini) -> None:
    other = Scene("compare", run=recorded([{"text": "Tea or coffee?"}], *words("Tea.")))
    at = played(app, boxes_scene(), structured_scene(), image_scene(), other)
    assert at.query_params["run"] == player(at).live.run.id  # pyright: ignore
    assert at.text_input(key="boxes-find").value == "the shapes"
    assert at.dataframe[0].value["Label"].tolist() == ["red circle"]
    at = click(at, "Next")
    assert "Moons of Mars?" in [area.value for area in at.text_area]
    at = click(at, "Next")
    assert said(at)[:2] == ["A teal square", "Here it is."]
    at = click(at, "Next")
    assert said(at) == ["Tea or coffee?", "Tea."]
    assert "4 of 4" in captions(at)
    assert not fake.generated


def test_the_turns_before_a_scene_are_there_already(app: Open) -> None:
    at = played(app, chat_scene("Why", "First.", "Second.", "Third."))
    assert said(at) == ["Why (1)", "First.", "Why (2)", "Second.", "Why (3)", "Third."]
    runs = [turn.run for turn in at.session_state["chat-chat"].conversation.path()]
    assert all(run.replayed for run in runs)


def test_a_whole_conversation_is_played_turn_by_turn(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("One."), answer("Two.")]
    at = asked(asked(app("chat"), "First?"), "Second?")
    before = at.session_state["chat-chat"].conversation
    at = click(at, "replay-chat")
    assert said(at) == ["First?", "One.", "Second?", "Two."]
    shown = at.session_state["chat-chat"].conversation
    assert shown.id != before.id
    assert all(turn.run.replayed for turn in shown.path())
    assert len(fake.generated) == 2
    at = click(at, "End")
    assert at.session_state["chat-chat"].conversation is before
    assert not any(turn.run.replayed for turn in before.path())
    assert at.query_params["c"] == before.id
    assert "demo" not in at.query_params
    assert kept_runs() == 2


def test_a_run_is_replayed_from_the_history(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("One.")]
    asked(app("chat"), "First?")
    at = click(pick(app("history"), 0), "Replay")
    assert said(at) == ["First?", "One."]
    assert len(fake.generated) == 1
    assert kept_runs() == 1


def test_runs_of_the_history_become_a_pack(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("One."), answer("Two."), answer("Three.")]
    at = asked(asked(asked(app("chat"), "First?"), "Second?"), "Third?")
    at = click(pick(app("history"), 0, 2), "Make a demo pack")
    pack = at.session_state["demo-edited"]
    assert [scene.title for scene in pack.scenes] == ["First?", "Third?"]
    assert [len(scene.turns) for scene in pack.scenes] == [1, 3]
    assert at.query_params["pack"] == pack.id


def test_scenes_are_edited(app: Open) -> None:
    at = opened(app, chat_scene("One", "1"), chat_scene("Two", "2"))
    pack = at.session_state["demo-edited"]
    first = pack.scenes[0]
    at = click(at, f"demo-edit-{first.id}")
    at.text_input(key=f"demo-{first.id}-title").set_value("The first")
    at.text_area(key=f"demo-{first.id}-note").set_value("Smile.")
    at = checked(at.run())
    assert (first.title, first.note) == ("The first", "Smile.")
    at.session_state[f"demo-{first.id}-answer"] = "Live"
    first.live = True
    at = checked(at.run())
    at.number_input(key=f"demo-{first.id}-seconds").set_value(5.0)
    at.toggle(key=f"demo-{first.id}-takes_over").set_value(True)
    at = checked(at.run())
    assert (first.seconds, first.takes_over) == (5.0, True)
    assert "with a note" in captions(at)


def test_a_scene_that_was_removed_is_put_back(app: Open) -> None:
    at = opened(app, chat_scene("One", "1"), chat_scene("Two", "2"))
    pack, state = at.session_state["demo-edited"], at.session_state["demo"]
    scenes = list(pack.scenes)
    state.removed = (0, pack.scenes.pop(0))
    at = click(checked(at.run()), "Undo")
    assert pack.scenes == scenes


def test_the_file_is_made_where_there_is_no_session(app: Open) -> None:
    at = opened(app, chat_scene("One", "1"))
    pack = at.session_state["demo-edited"]
    with ThreadPoolExecutor(1) as pool:  # as Streamlit has a download made
        data = pool.submit(file_of, pack).result()
    assert [scene.title for scene in read(io.BytesIO(data)).scenes] == ["One"]


@pytest.mark.parametrize("left", [1, 0])
def test_the_scene_that_is_on_may_be_removed(app: Open, left: int) -> None:
    at = opened(app, chat_scene("One", "1"), chat_scene("Two", "2"))
    pack = at.session_state["demo-edited"]
    at = click(click(at, "demo-play"), "Next")
    del pack.scenes[left:]
    checked(at.run())


def test_a_scene_that_cannot_be_played_says_so_and_the_others_play(app: Open) -> None:
    missing = Scene("chat", title="Away")
    strange = chat_scene("Hi", "Hello", page="no-such-page")
    at = opened(app, chat_scene("One", "1"), missing, strange, chat_scene("Two", "2"))
    assert "Scene 2 can't be played" in at.warning[0].value
    at = click(at, "demo-play")
    at = click(at, "Next")
    assert "Its recording is missing" in at.error[0].value
    at = click(at, "Next")
    assert "There is no page called no-such-page here" in at.error[0].value
    at = click(at, "Next")
    assert said(at) == ["Two", "2"]


def test_back_shows_a_scene_as_it_ended(app: Open) -> None:
    at = click(played(app, chat_scene("One", "1"), chat_scene("Two", "2")), "Next")
    at = click(at, "Back")
    assert said(at) == ["One", "1"]
    assert "1 of 2" in captions(at)


def test_the_settings_of_a_scene_are_in_force_until_the_end(app: Open) -> None:
    scene = chat_scene("One", "1")
    assert scene.recorded
    scene.recorded.request.config["temperature"] = 0.25
    at = checked(app("demo"))
    at.session_state["run_settings"].values["top_p"] = 0.5
    at.file_uploader[0].upload("show.zip", packed(Pack("The show", [scene])))
    at = click(checked(at.run()), "demo-play")
    settings = at.session_state["run_settings"]
    assert settings.off_default == {"temperature": 0.25}
    at = click(at, "End")
    assert settings.values == {"top_p": 0.5}


def test_a_live_scene_is_asked_and_kept(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("Green.")]
    at = played(app, chat_scene("Which colour?", "Blue.", live=True))
    assert said(at) == ["Which colour?", "Green."]
    assert ":material/sensors: Live" in captions(at)
    assert "Recording" not in captions(at)
    assert fake.generated[0].body["contents"][-1]["parts"] == [{"text": "Which colour?"}]
    assert kept_runs() == 1


@pytest.mark.parametrize("make", [chat_scene, structured_scene])
def test_the_recording_takes_over_from_a_live_answer_that_fails(
    app: Open, fake: FakeGemini, make: Any
) -> None:
    fake.replies = [error(400, "INVALID_ARGUMENT", "No.")]
    words = ("Which colour?", "Blue.") if make is chat_scene else ()
    at = played(app, make(*words, live=True, takes_over=True))
    assert "The live answer failed. This is the recording." in captions(at)
    assert ":material/smart_display: Recording" in captions(at)
    assert player(at).live.run.outcome == "done"  # pyright: ignore
    assert len(fake.generated) == 1


def test_the_recording_is_offered_where_a_live_answer_fails(app: Open, fake: FakeGemini) -> None:
    fake.replies = [error(400, "INVALID_ARGUMENT", "No.")]
    at = played(app, chat_scene("Which colour?", "Blue.", live=True))
    assert "The live answer failed." in captions(at)
    at = click(at, "Play the recording")
    assert said(at) == ["Which colour?", "Blue."]
    assert "This is the recording." in captions(at)
    fake.replies = [answer("Green.")]
    at = click(at, "Ask live")
    assert said(at) == ["Which colour?", "Green."]


def test_the_recording_takes_over_from_a_live_answer_that_hangs(
    app: Open, fake: FakeGemini
) -> None:
    fake.replies = [Reply([chunk("Gr")], then="hang")]
    scene = chat_scene("Which colour?", "Blue.", live=True, takes_over=True, seconds=1.0)
    at = played(app, scene)
    assert said(at) == ["Which colour?", "Blue."]
    assert "took longer than 1 s. This is the recording." in captions(at)


def test_without_a_connection_the_recording_takes_over(
    app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.asking.current_connection", lambda: None)
    at = played(app, chat_scene("Which colour?", "Blue.", live=True, takes_over=True))
    assert said(at) == ["Which colour?", "Blue."]


def test_a_reload_finds_the_scene_with_its_whole_recording(app: Open, fake: FakeGemini) -> None:
    scene = chat_scene("Which colour?", "Blue.", live=True)
    at = click(played(app, chat_scene("One", "1"), scene), "Next")
    count = len(fake.generated)
    again = app("chat")
    again.query_params["demo"], again.query_params["c"] = at.query_params["demo"], "gone"
    again = checked(again.run())
    assert said(again) == ["Which colour?", "Blue."]
    assert "2 of 2" in captions(again)
    assert len(fake.generated) == count


def test_a_demo_that_is_not_open_any_more_says_so(app: Open) -> None:
    at = app("chat")
    at.query_params["demo"] = "unknown.2"
    at = checked(at.run())
    assert "isn't open any more" in at.toast[0].value
    assert "demo" not in at.query_params


def test_two_tabs_of_one_demo_are_at_their_own_scenes(app: Open) -> None:
    one = played(app, chat_scene("One", "1"), chat_scene("Two", "2"))
    two = app("chat")
    two.query_params["demo"] = one.query_params["demo"]
    two = click(checked(two.run()), "Next")
    one = on_stage(one)
    assert (said(one), said(two)) == (["One", "1"], ["Two", "2"])
    assert player(one).pack is player(two).pack
    two = click(two, "End")
    assert said(on_stage(one)) == ["One", "1"]


def test_somebody_who_goes_on_with_a_scene_has_all_of_it_in_the_history(
    app: Open, fake: FakeGemini
) -> None:
    at = played(app, chat_scene("Why", "First.", "Second."))
    fake.replies = [answer("Third.")]
    at = on_stage(asked(at, "And then?"))
    sent = [c["parts"][0]["text"] for c in fake.generated[0].body["contents"]]
    assert sent == ["Why (1)", "First.", "Why (2)", "Second.", "And then?"]
    again = app("chat")
    again.query_params["c"] = at.query_params["c"]
    assert said(checked(again.run())) == ["Why (1)", "First.", "Why (2)", "Second.", "And then?",
                                          "Third."]  # fmt: skip


def test_what_was_on_a_page_before_is_there_after_the_demo(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("Mine.")]
    at = asked(app("chat"), "My own")
    before = at.session_state["chat-chat"]
    at.switch_page("../pages/demo/page.py")
    at = checked(at.run())
    at.file_uploader[0].upload("show.zip", packed(Pack("", [chat_scene("One", "1")])))
    at = click(checked(at.run()), "demo-play")
    assert said(at) == ["One", "1"]
    at = click(at, "End")
    assert at.session_state["chat-chat"] is before


def test_an_old_recording_without_times_says_so(app: Open) -> None:
    scene = chat_scene("One", "1\n2\n3")
    assert scene.recorded
    scene.recorded.candidates[0].times = []
    scene.recorded.timing.end = 0.05
    at = played(app, scene)
    assert "plays at an even pace" in captions(at)
    assert said(at) == ["One", "1\n2\n3"]


def test_the_pace_holds_for_the_scenes_after(app: Open) -> None:
    at = played(app, chat_scene("One", "1"), chat_scene("Two", "2\n3", pause=500.0))
    player(at).set_pace(AT_ONCE)
    at = click(at, "Next")
    assert said(at) == ["Two", "2\n3"]


def test_what_was_stopped_is_shown_as_a_whole_at_a_click(app: Open) -> None:
    at = played(app, chat_scene("One", "1\n2"))
    live = player(at).live
    assert isinstance(live, Replay)
    run, live._whole = live.run, False
    run.outcome = "stopped"
    del run.candidates[0].parts[1:]
    at = on_stage(click(on_stage(at), "Show all of it"))
    assert said(at) == ["One", "1\n2"]


def test_a_note_is_folded(app: Open) -> None:
    at = played(app, chat_scene("One", "1", note="Breathe."))
    assert "Breathe." in [each.value for each in at.text]


def test_the_notes_follow_the_demo_in_a_window_of_their_own(app: Open) -> None:
    at = played(app, chat_scene("One", "1", note="Breathe."), chat_scene("Two", "2", note="Bow."))
    notes = app("demo")
    notes.query_params["notes"] = player(at).pack.id
    notes = checked(notes.run())
    assert [each.value for each in notes.text] == ["Breathe."]
    click(at, "Next")
    assert [each.value for each in checked(notes.run()).text] == ["Bow."]
    notes.query_params["notes"] = "gone"
    assert "isn't open any more" in checked(notes.run()).info[0].value
