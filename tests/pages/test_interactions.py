"""Pages that ask through the Interactions API: the same settings, answers and history."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.fake_gemini import FakeGemini, Reply, answer
from tests.interaction_replies import interaction, text
from tests.on_page import Open, checked, click, said, unfold


@pytest.fixture
def chat(app: Open) -> AppTest:
    """The chat page with Interactions chosen in the sidebar."""
    at = unfold(app(), "Service")
    return at.segmented_control(key="setting-api-2").set_value("interactions.create").run()


def ask(at: AppTest, words: str) -> AppTest:
    at.chat_input[0].set_value(words).run()
    assert not at.exception
    return at


def test_a_conversation_goes_through_interactions(chat: AppTest, fake: FakeGemini) -> None:
    thought = {"type": "thought", "signature": "c2ln", "summary": [{"type": "text", "text": "Hm"}]}
    first, second = interaction(thought, text("One.")), interaction(text("Two."))
    fake.others = {"POST interactions": [first, second]}
    at = ask(ask(chat, "First"), "Second")
    assert said(at)[-1] == "Two."
    assert fake.seen[-1].body == {
        "model": fake.seen[-1].body["model"],
        "stream": True,
        "input": [
            {"type": "user_input", "content": [{"type": "text", "text": "First"}]},
            {"type": "thought", "signature": "c2ln", "summary": [{"type": "text", "text": "Hm"}]},
            {"type": "model_output", "content": [{"type": "text", "text": "One."}]},
            {"type": "user_input", "content": [{"type": "text", "text": "Second"}]},
        ],
    }
    assert not fake.generated


def test_what_the_api_lacks_is_said_and_left_out(chat: AppTest, fake: FakeGemini) -> None:
    fake.others = {"POST interactions": [interaction(text("One."))]}
    at = unfold(chat, "Sampling")
    assert "Top K: not in the Interactions API" in " ".join(c.value for c in at.sidebar.caption)
    at.session_state["run_settings"].values["presence_penalty"] = 1.0
    at = ask(at, "First")
    warnings = " ".join(c.value for c in at.sidebar.caption)
    assert "Presence penalty: not sent, the Interactions API has no such setting." in warnings
    assert "generation_config" not in fake.seen[-1].body


def test_the_other_api_takes_a_conversation_over(chat: AppTest, fake: FakeGemini) -> None:
    odd = {"type": "brand_new", "x": 1}
    fake.others = {"POST interactions": [interaction(odd, text("One."))]}
    at = ask(chat, "First")
    at = at.segmented_control(key="setting-api-2").set_value("generate_content").run()
    fake.replies = [answer("Two.")]
    at = ask(at, "Second")
    assert fake.generated[-1].body["contents"] == [
        {"role": "user", "parts": [{"text": "First"}]},
        {"role": "model", "parts": [{"text": "One."}]},
        {"role": "user", "parts": [{"text": "Second"}]},
    ]
    assert said(at)[-1] == "Two."


def test_a_missing_interaction_is_explained(chat: AppTest, fake: FakeGemini) -> None:
    body = {"error": {"code": "invalid_request", "message": "Unknown field"}}
    fake.others = {"POST interactions": [Reply(status=400, body=body)]}
    at = ask(chat, "First")
    shown = " ".join(e.value for e in at.error)
    assert "The request wasn't accepted" in shown
    assert "First" in said(at)


def test_the_code_is_shown_for_either_api(chat: AppTest, fake: FakeGemini) -> None:
    fake.others = {"POST interactions": [interaction(text("One."))]}
    at = ask(chat, "First")
    menu = next(w for w in at.main if getattr(w, "type", "") == "menu_button")
    at.session_state[f"inspector-{menu.key.removeprefix('menu-')}"] = "Code"
    at = menu.set_value("Inspect").run()
    codes = " ".join(c.value for c in at.code)
    assert "client.interactions.create(" in codes
    api = next(w for w in at.segmented_control if w.label == "API" and "code" in str(w.key))
    at = api.set_value("generate_content").run()
    assert "generate_content_stream(" in " ".join(c.value for c in at.code)
    assert not at.exception


@pytest.fixture
def stored_chat(chat: AppTest) -> AppTest:
    """The same, where the API is to keep the turns."""
    return chat.segmented_control(key="setting-store-2").set_value("on").run()


def inputs(fake: FakeGemini) -> list[tuple[Any, Any]]:
    """What was sent of each prompt: the interaction before it, and the input."""
    bodies = [seen.body for seen in fake.seen if seen.path.endswith("/interactions")]
    return [(body.get("previous_interaction_id"), body["input"]) for body in bodies]


def names(fake: FakeGemini, *letters: str) -> None:
    """Have the interactions that come next be of these names."""
    replies = [interaction(text(letter.upper()), name=letter) for letter in letters]
    fake.others = {"POST interactions": replies}


def menu(at: AppTest, number: int, action: str) -> AppTest:
    menus = [w for w in at.main if getattr(w, "type", "") == "menu_button"]
    at = menus[number].set_value(action).run()
    assert not at.exception
    return at


def test_a_kept_conversation_sends_the_new_prompt_only(
    stored_chat: AppTest, fake: FakeGemini
) -> None:
    names(fake, "a", "b", "c")
    ask(ask(ask(stored_chat, "First"), "Second"), "Third")
    assert inputs(fake) == [(None, "First"), ("v1_a", "Second"), ("v1_b", "Third")]
    assert fake.seen[-1].body["store"] is True


def test_a_branch_goes_on_from_its_own_parent(stored_chat: AppTest, fake: FakeGemini) -> None:
    names(fake, "a", "b", "c", "d")
    at = ask(ask(stored_chat, "First"), "Second")
    at = menu(at, 1, "Regenerate")
    ask(at, "Third")
    assert inputs(fake)[2:] == [("v1_a", "Second"), ("v1_c", "Third")]


def test_an_edited_prompt_goes_on_from_its_own_parent(
    stored_chat: AppTest, fake: FakeGemini
) -> None:
    names(fake, "a", "b", "c", "d")
    at = menu(ask(ask(stored_chat, "First"), "Second"), 1, "Edit and resend")
    field = next(t for t in at.main.text_area if str(t.key).startswith("edit-"))
    field.set_value("Another second").run()
    at = click(at, f"{field.key}-send")
    ask(at, "Third")
    assert inputs(fake)[2:] == [("v1_a", "Another second"), ("v1_c", "Third")]


def test_the_version_that_is_shown_is_gone_on_from(stored_chat: AppTest, fake: FakeGemini) -> None:
    names(fake, "a", "b", "c", "d", "e")
    at = menu(ask(ask(stored_chat, "First"), "Second"), 1, "Regenerate")
    at = ask(at, "Third, after the later version")
    at = click(at, next(b.key for b in at.button if str(b.key).startswith("version-Earlier")))
    ask(at, "Third, after the earlier one")
    assert [previous for previous, _ in inputs(fake)] == [None, "v1_a", "v1_a", "v1_c", "v1_b"]


def test_a_first_prompt_that_is_edited_begins_anew(stored_chat: AppTest, fake: FakeGemini) -> None:
    names(fake, "a", "b", "c")
    at = menu(ask(stored_chat, "First"), 0, "Regenerate")
    ask(at, "Second")
    assert inputs(fake) == [(None, "First"), (None, "First"), ("v1_b", "Second")]


def test_an_answer_that_was_not_completed_is_gone_on_from_whole(
    stored_chat: AppTest, fake: FakeGemini
) -> None:
    """The API has no end of it to go on from; what came is sent with the next prompt."""
    failed = interaction(text("A half"), status="failed", name="b")
    fake.others = {"POST interactions": [interaction(text("A"), name="a"), failed,
                                         interaction(text("C"), name="c")]}  # fmt: skip
    ask(ask(ask(stored_chat, "First"), "Second"), "Third")
    previous, sent = inputs(fake)[-1]
    assert previous is None
    said_before = [step["content"][0]["text"] for step in sent]
    assert said_before == ["First", "A", "Second", "A half", "Third"]


def test_where_a_turn_is_gone_the_rest_is_sent_whole(
    stored_chat: AppTest, fake: FakeGemini
) -> None:
    names(fake, "a", "b", "c")
    at = menu(ask(ask(stored_chat, "First"), "Second"), 0, "Delete this turn")
    ask(at, "Third")
    previous, sent = inputs(fake)[-1]
    assert previous is None
    assert [step["content"][0]["text"] for step in sent] == ["Second", "B", "Third"]


def test_what_was_kept_is_sent_whole_to_the_other_api(
    stored_chat: AppTest, fake: FakeGemini
) -> None:
    names(fake, "a", "b")
    fake.replies = [answer("Both.")]
    at = menu(ask(ask(stored_chat, "First"), "Second"), 1, "By the other API")
    assert fake.generated[-1].body["contents"] == [
        {"role": "user", "parts": [{"text": "First"}]},
        {"role": "model", "parts": [{"text": "A"}]},
        {"role": "user", "parts": [{"text": "Second"}]},
    ]
    texts = [m.value for m in at.markdown]
    assert "B" in texts
    assert "Both." in texts


def test_a_lost_interaction_is_said_and_all_is_sent(stored_chat: AppTest, fake: FakeGemini) -> None:
    body = {"error": {"code": "not_found", "message": "Interaction v1_a not found"}}
    lost = Reply(status=404, body=body)
    fake.others = {"POST interactions": [interaction(text("A"), name="a"), lost]}
    at = ask(ask(stored_chat, "First"), "Second")
    assert "The interaction is gone" in " ".join(e.value for e in at.error)
    names(fake, "b")
    at = next(b for b in at.button if b.label == "Send the whole conversation").click().run()
    assert said(at)[-1] == "B"
    previous, sent = inputs(fake)[-1]
    assert previous is None
    assert [step["content"][0]["text"] for step in sent] == ["First", "A", "Second"]


def test_a_huge_step_is_shown_by_its_beginning(chat: AppTest, fake: FakeGemini) -> None:
    """A browser would be busy for long with all of it; nothing of it is lost."""
    size = 10_000_000
    huge = {"type": "brand_new", "x": "word " * (size // 5)}
    fake.others = {"POST interactions": [interaction(huge, text("One."))]}
    at = ask(chat, "First")
    assert said(at)[-1] == "One."
    assert max(len(code.value) for code in at.code) == 100_000
    assert "The first 100,000 of 10,0" in " ".join(c.value for c in at.caption)
    assert "word word" not in "".join(str(j.value) for j in at.json)
    run = at.session_state["chat-chat"].conversation.path()[-1].run
    assert len(run.candidates[0].parts[0]["part_metadata"]["interaction_step"]["x"]) == size


def test_a_long_answer_of_several_requests_shows_each(chat: AppTest, fake: FakeGemini) -> None:
    first = interaction(text("One, "), status="requires_continuation")
    first.chunks[-1]["interaction"]["continuation_token"] = "t"
    fake.others = {"POST interactions": [first, interaction(text("two."))]}
    at = ask(chat, "First")
    menu_button = next(w for w in at.main if getattr(w, "type", "") == "menu_button")
    key = menu_button.key.removeprefix("menu-")
    at.session_state[f"inspector-{key}"] = "Response"
    at = menu_button.set_value("Inspect").run()
    shown = [m.value for m in at.markdown]
    assert ["Request 1" in shown, "Request 2" in shown] == [True, True]
    used = [c.value for c in at.caption if "events" in c.value]
    assert [caption.endswith("tokens: 7 in, 2 out") for caption in used] == [True, True]
    at.session_state[f"inspector-{key}"] = "Usage"
    rows = checked(at.run()).table[0].value.values.tolist()
    assert ["Requests", "2"] in rows
    assert ["Answer", "4"] in rows
