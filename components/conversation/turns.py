"""Draws the turns of a conversation: what was said, what came back, and what one can do with it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.answer.answer import draw_answer
from components.answer.background import draw_left, draw_running
from components.answer.clipboard import copy
from components.answer.document import markdown_html
from components.answer.figures import figures
from components.answer.inspector import draw_inspector, open_tab, tab_open
from components.answer.parts import draw_blob, draw_part
from components.answer.problem import draw_problem
from components.answer.stream import candidate_columns, follow
from components.answer.tables import draw_tables
from components.asking import go_where_runs_are_compared, run_beside
from components.conversation.prompt_editor import draw_prompt_editor
from components.conversation.replaying import replay
from components.conversation.state import Chat
from components.demo_mode import in_demo
from components.markdown.literal import literal
from components.markdown.tables import may_have_tables
from gemini.conversation import Turn
from gemini.grounding import grounding
from gemini.interactions.background import may_be_followed
from gemini.interactions.request import by_other_api
from gemini.request import Content, Part, text_of

REGENERATE, EDIT, COPY = "Regenerate", "Edit and resend", "Copy"
COPY_RICH, TABLES = "Copy as rich text", "Tables"
REPLAY, INSPECT, DELETE = "Replay", "Inspect", "Delete this turn"
OTHER_API = "By the other API"
LOCKED = frozenset({OTHER_API, REPLAY})  # in a demo
ICONS = {
    REGENERATE: ":material/refresh: ",
    EDIT: ":material/edit: ",
    OTHER_API: ":material/compare_arrows: ",
    COPY: ":material/content_copy: ",
    COPY_RICH: ":material/format_paint: ",
    TABLES: ":material/table: ",
    REPLAY: ":material/smart_display: ",
    INSPECT: ":material/search: ",
    DELETE: ":material/delete: ",
}


def draw_turns(chat: Chat, turns: Sequence[Turn]) -> None:
    """Draw turns one below the other; the one being answered is followed until its end."""
    go_where_runs_are_compared()
    for turn in turns:
        draw_turn(chat, turn)


def draw_latest_actions(chat: Chat) -> None:
    """Draw what can be done with the latest answer by a key (`components/keyboard.py`).

    Nobody sees the buttons: in the turn's menu there is the same.
    """

    def act(action: Callable[[Chat, Turn], None]) -> None:
        if turn := next((t for t in reversed(chat.conversation.path()) if t.run), None):
            action(chat, turn)

    with st.container(key="latest"):
        st.button("Copy", key="latest-copy", on_click=act, args=(_begin_copy,))
        st.button("Code", key="latest-code", on_click=act, args=(_turn_code,))


def _begin_copy(chat: Chat, turn: Turn) -> None:
    chat.copying, chat.copying_rich = turn.id, False


def _turn_code(chat: Chat, turn: Turn) -> None:
    """Open the code of an answer; close it where it is open."""
    if turn.id in chat.inspected and tab_open(turn.id) == "Code":
        chat.inspected -= {turn.id}
    else:
        chat.inspected |= {turn.id}
        open_tab(turn.id, "Code")


def draw_turn(chat: Chat, turn: Turn) -> None:
    """Draw a prompt and its answer."""
    spoken = any("function_response" not in part for part in turn.prompt)
    avatar = ":material/person:" if spoken else ":material/build:"
    with st.chat_message("user", avatar=avatar):
        if chat.editing == turn.id:
            if not (chat.look.edit and chat.look.edit(turn)):
                _draw_editor(chat, turn)
        else:
            _draw_prompt(turn, beside=chat.look.media_beside)
    with st.chat_message("assistant", avatar=":material/auto_awesome:"):
        _draw_answer(chat, turn)


def _draw_prompt(turn: Turn, *, beside: bool) -> None:
    media = [part["inline_data"] for part in turn.prompt if "inline_data" in part]
    if media and not (beside and any(turn.names)):
        with st.container(horizontal=True):
            for blob in media:
                draw_blob(st.container(width=320), blob)
    elif names := [name for name in turn.names if name]:  # beside, or elsewhere
        st.caption(" · ".join(f":material/attach_file: {literal(name)}" for name in names))
    for part in turn.prompt:
        if "function_response" in part:
            draw_part(st.container(), part)
    if text := text_of(turn.prompt):
        st.text(text)


def _draw_editor(chat: Chat, turn: Turn) -> None:
    """The prompt as a text field. The answer there is stays, as another version of this turn."""
    media = [p for p in turn.prompt if "text" not in p]

    def close() -> None:
        chat.editing = None

    def contents(parts: list[Part]) -> list[Content]:
        edited = Turn([*media, *parts], turn.parent)
        return chat.conversation.contents(edited, chat.model)

    draw_prompt_editor(
        f"edit-{turn.id}", turn.text, contents, lambda text: chat.resend(turn, text), close
    )


def _place_of_answer(turn: Turn, *, cut: bool) -> DeltaGenerator:
    """Where an answer is drawn. One that is cut into elements as it streamed has its own place.

    In that it stays in the browser as it is. A container of another name begins empty: in the same
    one, elements of another answer that has more of them would stay, faded, until the script ends.
    """
    return st.container(key=f"answer-{turn.id}-{'cut' if cut else 'whole'}")


def _draw_answer(chat: Chat, turn: Turn) -> None:
    run = turn.run
    if run is None:
        _draw_waiting(chat, turn)
        return
    live = chat.live if chat.live_turn == turn.id else None
    following = live is not None and live.running
    plain = turn.id not in chat.inspected and len(run.candidates) < 2
    place = _place_of_answer(turn, cut=following or (plain and turn.id in chat.streamed))
    running = place.empty()  # the same elements, whether it runs or has ended
    if live is not None and following:
        with place:
            own = chat.look.answer is not None and chat.look.answer(turn, live)
        if not own:
            draw_running(live, running)
            follow(live, place, chat.look.write, cuts=chat.streamed.setdefault(turn.id, []))
            running.empty()
        several, sources = len(run.candidates) > 1, any(map(grounding, run.candidates))
        if own or several or sources:
            st.rerun()  # now there is a choice to be made, or the sources are known
    elif turn.id in chat.inspected:
        with place:
            answer = ("Answer", lambda _run: _draw_candidates(chat, turn))
            draw_inspector(run, turn.id, first=answer)
    else:
        with place:
            _draw_candidates(chat, turn)
    if run.problem:
        draw_problem(run.problem)
    draw_left(run, turn.id, chat.follow, turn)
    if run.problem and run.problem.kind == "interaction_gone":
        st.button(
            "Send the whole conversation",
            key=f"whole-{turn.id}",
            icon=":material/replay:",
            on_click=chat.send_whole,
            args=(turn,),
        )
    settled = run.outcome != "running" and not may_be_followed(run)
    if settled and not chat.conversation.answer_sent(turn, chat.model):
        st.caption(":material/link_off: Not sent with later prompts: it has no answer.")
    if chat.look.below:
        chat.look.below(turn)
    _draw_footer(chat, turn)
    if turn.id in chat.tabled:
        draw_tables(text_of(turn.answer), turn.id)
    if chat.copying == turn.id:
        _copy(chat, turn)


def _draw_waiting(chat: Chat, turn: Turn) -> None:
    """A prompt that was brought in, and what can be done with it."""

    def edit() -> None:
        chat.editing = turn.id

    st.caption("Not sent yet.")
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Send",
            key=f"send-{turn.id}",
            icon=":material/send:",
            type="primary",
            on_click=chat.send_waiting,
            args=(turn,),
        )
        st.button("Edit", key=f"edit-waiting-{turn.id}", icon=":material/edit:", on_click=edit)


def _draw_candidates(chat: Chat, turn: Turn) -> None:
    """The answer; or several side by side, to choose which the conversation goes on with."""
    assert turn.run is not None
    if chat.look.answer and chat.look.answer(turn, None):
        return
    if len(turn.run.candidates) < 2:
        for candidate in turn.run.candidates:
            cuts = chat.streamed.get(turn.id)
            draw_answer(turn.run, candidate, write=chat.look.write, cuts=cuts)
        return

    def choose(index: int) -> None:
        turn.chosen = index
        chat.keep()

    columns = candidate_columns(st.container(), len(turn.run.candidates), turn.run.id)
    for column, candidate in zip(columns, turn.run.candidates, strict=True):
        draw_answer(turn.run, candidate, column.container(), chat.look.write)
        index = candidate.index
        column.button(
            "Continues from here" if index == turn.chosen else "Continue from here",
            key=f"choose-{turn.id}-{index}",
            type="tertiary",
            icon=":material/check_circle:" if index == turn.chosen else ":material/circle:",
            on_click=choose,
            args=(index,),
        )


def _draw_footer(chat: Chat, turn: Turn) -> None:
    """One quiet line: the figures, the other versions of this turn, the menu."""
    assert turn.run is not None
    several = len(chat.conversation.siblings(turn)) > 1
    # With versions there is no room beside the figures on a narrow screen.
    with st.container(horizontal=True, wrap=several, vertical_alignment="center", gap="small"):
        st.caption(figures(turn.run), width="content" if several else "stretch")
        with st.container(
            horizontal=True,
            wrap=False,
            width="content",
            vertical_alignment="center",
            gap="small",
        ):
            _draw_versions(chat, turn)
            other = by_other_api(turn.run.request)
            words = {OTHER_API: f"Compare with {other[0].api}"} if other else {}
            words |= {COPY: "Copy as Markdown"}
            missing = set() if other else {OTHER_API}
            missing |= set() if may_have_tables(text_of(turn.answer)) else {TABLES}
            missing |= LOCKED if in_demo() else set()
            missing |= {REPLAY} if turn.run.replayed else set()  # the bar has that
            st.menu_button(
                "More",
                [action for action in ICONS if action not in missing],
                key=f"menu-{turn.id}",
                icon=":material/more_horiz:",
                type="tertiary",
                format_func=lambda action: ICONS[action] + words.get(action, str(action)),
                on_click=lambda: _act(chat, turn, st.session_state[f"menu-{turn.id}"]),
            )


def _copy(chat: Chat, turn: Turn) -> None:
    """Copy the answer; where the browser won't, show the text with a button that can."""

    def then(copied: bool) -> None:
        chat.copying = None
        if copied:
            said = "Copied as rich text." if chat.copying_rich else "Copied."
            st.toast(said, icon=":material/content_copy:")
        else:
            chat.inspected |= {turn.id}
            open_tab(turn.id, "Text")

    text = text_of(turn.answer)
    html = markdown_html(text) if chat.copying_rich else ""
    copy(text, f"copy-{turn.id}", then, html)


def _act(chat: Chat, turn: Turn, action: str | None) -> None:
    if in_demo() and action in LOCKED:
        return
    if action == REGENERATE:
        (chat.look.again or chat.regenerate)(turn)
    elif action == EDIT:
        chat.editing = turn.id
    elif action == OTHER_API:
        _run_by_other_api(chat, turn)
    elif action == COPY:
        _begin_copy(chat, turn)
    elif action == COPY_RICH:
        chat.copying, chat.copying_rich = turn.id, True
    elif action == TABLES:
        chat.tabled ^= {turn.id}
    elif action == REPLAY:
        replay(chat, turn)
    elif action == INSPECT:
        chat.inspected ^= {turn.id}
    elif action == DELETE:
        chat.delete(turn)


def _run_by_other_api(chat: Chat, turn: Turn) -> None:
    """Ask the same of the other API, with the turns that Google kept, and compare the answers."""
    assert turn.run is not None
    request = turn.run.request
    if "previous_interaction_id" in request.config:
        request = replace(request, contents=chat.conversation.contents(turn, request.model))
    if other := by_other_api(request):
        run_beside(turn.run, other[0])


def _draw_versions(chat: Chat, turn: Turn) -> None:
    """`2 of 3` with a way to either side, when this turn has other versions."""
    versions = chat.conversation.siblings(turn)
    if len(versions) < 2:
        return
    at = versions.index(turn)
    for step, icon, word in ((-1, "chevron_left", "Earlier"), (1, "chevron_right", "Later")):
        if step == 1:
            st.caption(f"{at + 1} of {len(versions)}", width="content")
        other = at + step
        st.button(
            word,
            key=f"version-{word}-{turn.id}",
            icon=f":material/{icon}:",
            type="tertiary",
            help=f"The {word.lower()} version of this turn",
            disabled=not 0 <= other < len(versions),
            on_click=lambda index=other: chat.show(versions[index]),
        )
