"""The library of system instructions at their field."""

from streamlit.testing.v1 import AppTest

from components.history import current_history
from gemini.history.presets import INSTRUCTION
from tests.fake_gemini import FakeGemini, answer
from tests.on_page import Open, checked, click

POPOVER = "instruction-library-popover"


def opened(app: Open, page: str = "") -> AppTest:
    at = app(page)
    at.session_state[POPOVER] = True
    return checked(at.run())


def write(at: AppTest, text: str) -> AppTest:
    return checked(at.text_area(key="setting-system_instruction").set_value(text).run())


def field(at: AppTest) -> str:
    return at.text_area(key="setting-system_instruction").value


def name(at: AppTest, text: str) -> AppTest:
    return checked(next(t for t in at.text_input if t.label == "Name").set_value(text).run())


def save(at: AppTest, text: str, called: str) -> AppTest:
    name(write(at, text), called)
    return click(at, "instruction-library-save")


def captions(at: AppTest) -> list[str]:
    return [each.value for each in at.sidebar.caption]


def listed(at: AppTest) -> list[str]:
    return [b.label for b in at.sidebar.button if (b.key or "").startswith("instruction-library-Y")]


def test_one_to_start_from_is_put_into_the_field_and_sent(app: Open, fake: FakeGemini) -> None:
    at = click(opened(app), "Code reviewer")
    assert field(at).startswith("You review code")
    fake.replies = [answer("Fine")]
    checked(at.chat_input[0].set_value("x = 1").run())
    sent = fake.generated[0].body["systemInstruction"]["parts"][0]["text"]
    assert sent == field(at)


def test_it_is_saved_changed_and_gone_back_to(app: Open) -> None:
    at = save(opened(app), "Be brief.", "Brief")
    assert "Brief · version 1" in captions(at)
    write(at, "Be very brief.")
    assert "Brief · version 1 · :orange[unsaved changes]" in captions(at)
    click(at, "instruction-library-save")
    assert "Brief · version 2" in captions(at)
    choice = next(s for s in at.sidebar.selectbox if s.label == "Version")
    checked(choice.set_value(1).run())
    assert field(at) == "Be brief."
    assert "Brief · version 1" in captions(at)
    click(at, "instruction-library-save")
    assert "Brief · version 3" in captions(at)


def test_what_was_typed_can_be_put_back(app: Open) -> None:
    at = write(opened(app), "Long and not saved")
    click(at, "Translator")
    assert field(at).startswith("Translate")
    click(at, "Put back what was typed")
    assert field(at) == "Long and not saved"


def test_looking_at_two_leaves_the_way_back_to_what_was_typed(app: Open) -> None:
    at = write(opened(app), "Long and not saved")
    click(click(at, "Translator"), "Code reviewer")
    click(at, "Put back what was typed")
    assert field(at) == "Long and not saved"
    assert not any("Code reviewer" in each for each in captions(at))  # it is none of its versions


def test_another_session_finds_it_by_a_search(app: Open) -> None:
    save(opened(app), "Answer like a pirate.", "Pirate")
    at = save(opened(app), "Answer like a judge.", "Judge")
    assert listed(at) == ["Judge", "Pirate"]
    search = next(t for t in at.sidebar.text_input if t.label == "Search")
    checked(search.set_value("ANSWER pirate").run())
    assert listed(at) == ["Pirate"]
    click(at, "Pirate")
    assert field(at) == "Answer like a pirate."
    checked(next(t for t in at.sidebar.text_input if t.label == "Search").set_value("zzz").run())
    assert "Nothing in the library has “zzz” in it." in captions(at)


def test_it_is_renamed_and_deleted_with_a_question(app: Open) -> None:
    at = save(opened(app), "Be brief.", "Brief")
    click(name(at, "Short"), "Rename")
    assert listed(at) == ["Short"]
    click(at, "Delete")
    assert listed(at) == ["Short"]
    click(at, "Delete it")
    assert listed(at) == []
    assert field(at) == "Be brief."


def test_prompts_and_instructions_keep_apart(app: Open) -> None:
    at = save(opened(app), "Be brief.", "Brief")
    history = current_history()
    assert history is not None
    assert history.preset_names() == {}
    assert [each.page for each in history.presets(INSTRUCTION)] == [INSTRUCTION]
    prompts = checked(app("prompts"))
    assert prompts.selectbox(key="prompts-choice").disabled
    prompts.query_params["name"] = "Brief"
    assert prompts.session_state["prompts"].opened is None
    history.save_preset("Taken", "chat", history.presets(INSTRUCTION)[0].template)
    name(write(at, "Another"), "Taken")
    click(at, "instruction-library-save")
    assert "Taken is the name of a saved prompt" in at.sidebar.warning[0].value
    assert history.preset_names() == {"Taken": 1}


def test_without_a_name_or_a_text_nothing_is_saved(app: Open) -> None:
    at = opened(app)
    assert "instruction-library-save" not in [b.key for b in at.button]
    click(write(at, "Be brief."), "instruction-library-save")
    assert at.sidebar.warning[0].value == "Give it a name."
