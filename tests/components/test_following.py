"""How often an answer is drawn while it streams."""

import threading
import time
from types import SimpleNamespace
from typing import Any, cast

import pytest
from streamlit.delta_generator import DeltaGenerator

from components.answer import stream
from components.answer.answer import AnswerDrawer
from gemini.live_run import LiveRun, PartArrived, Retrying
from gemini.request import Request
from gemini.run import Outcome, Run


def live() -> LiveRun:
    return LiveRun(Run(Request("gemini-2.5-flash", [])))


def following(run: LiveRun, screen: "Screen") -> stream.Follower:
    drawer = AnswerDrawer(cast(DeltaGenerator, screen), live=True)
    place = cast(DeltaGenerator, SimpleNamespace(container=lambda: None))
    return stream.Follower(run, place, drawer=lambda _column: drawer)


def test_nothing_is_drawn_half_way_while_parts_pour_in() -> None:
    run = live()

    def pour() -> None:
        until = time.monotonic() + 0.1
        while time.monotonic() < until:
            run.events += [PartArrived(0.0, 0, {"text": "."})] * 100
            time.sleep(0.001)
        run.ended.set()

    thread = threading.Thread(target=pour, daemon=True)
    thread.start()
    stream._pause(following(run, Screen()))
    assert run.ended.is_set()
    thread.join()


def test_a_usual_answer_is_drawn_as_it_comes() -> None:
    run = live()
    run.events.append(PartArrived(0.0, 0, {"text": "Hello"}))
    stream._pause(following(run, Screen()))
    assert not run.ended.is_set()


def test_parts_that_pour_in_for_long_are_drawn_on_the_way() -> None:
    run = live()
    stop = threading.Event()

    def pour() -> None:
        while not stop.is_set():
            run.events += [PartArrived(0.0, 0, {"text": "."})] * 100
            time.sleep(0.001)

    thread = threading.Thread(target=pour, daemon=True)
    thread.start()
    stream._pause(following(run, Screen()))
    stop.set()
    thread.join()
    assert not run.ended.is_set()


class Screen:
    """A container that notes what is drawn: the number of the element, and its text."""

    def __init__(self) -> None:
        self.drawn: list[tuple[int, str]] = []
        self.elements = 0
        self.groups: list[Screen] = []

    def container(self) -> "Screen":
        self.groups.append(Screen())
        return self.groups[-1]

    def markdown(self, text: str, **_options: Any) -> "Element":
        self.elements += 1
        self.drawn.append((self.elements, text))
        return Element(self, self.elements)


class Element:
    def __init__(self, screen: Screen, number: int) -> None:
        self.screen, self.number = screen, number

    def markdown(self, text: str, **_options: Any) -> None:
        self.screen.drawn.append((self.number, text))


def test_each_time_there_is_one_thing_to_draw() -> None:
    screen = Screen()
    drawer = AnswerDrawer(cast(DeltaGenerator, screen), live=True)
    drawer.add({"text": "The first"})
    assert not drawer.flush()
    drawer.add({"text": " block.\n\nThe second"})
    assert drawer.flush()  # the open block waits for the next time, and takes along what comes
    drawer.add({"text": " one"})
    assert not drawer.flush()
    assert not drawer.flush()
    drawer.add({"text": ".\n\nThe third."})
    drawer.close()
    assert screen.drawn == [
        (1, "The first"),
        (1, "The first block."),
        (2, "The second one"),
        (2, "The second one.\n\nThe third."),
    ]


def test_what_is_left_is_drawn_without_waiting_for_more() -> None:
    screen, run = Screen(), live()
    run.events.append(PartArrived(0.0, 0, {"text": "A block.\n\nAn open"}))
    follower = following(run, screen)
    assert follower.step()
    assert follower.fresh
    assert follower.behind
    assert follower.step()
    assert not follower.fresh
    assert not follower.behind
    assert [text for _element, text in screen.drawn] == ["A block.", "An open"]


def test_of_several_answers_what_is_left_is_drawn_in_the_same_step() -> None:
    screen, run = Screen(), live()
    run.events.append(PartArrived(0.0, 0, {"text": "A block.\n\nAn open"}))
    follower = following(run, screen)
    assert follower.step(whole=True)
    assert not follower.behind
    assert [text for _element, text in screen.drawn] == ["A block.", "An open"]


def test_a_block_is_drawn_as_soon_as_it_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "LONGEST_PAUSE", 60.0)
    monkeypatch.setattr(stream, "FLUSH_EVERY", 60.0)
    screen, run = Screen(), live()
    follower = following(run, screen)
    run.events.append(PartArrived(0.0, 0, {"text": "A block"}))
    assert follower.step()
    run.events.append(PartArrived(0.0, 0, {"text": ".\n\nAn open"}))
    pausing = threading.Thread(target=stream._pause, args=(follower,), daemon=True)
    pausing.start()
    pausing.join(20)
    assert not pausing.is_alive()
    assert screen.drawn == [(1, "A block")]
    assert follower.step()
    assert follower.fresh
    assert screen.drawn == [(1, "A block"), (1, "A block.")]


@pytest.mark.parametrize(("outcome", "waits"), [("done", True), ("stopped", False)])
def test_the_last_words_are_drawn_some_time_before_what_stands_below_them(
    monkeypatch: pytest.MonkeyPatch, outcome: Outcome, waits: bool
) -> None:
    screen, run, slept = Screen(), live(), []
    monkeypatch.setattr(time, "sleep", lambda seconds: slept.append((seconds, len(screen.drawn))))
    run.events.append(PartArrived(0.0, 0, {"text": "The last words"}))
    run._end(outcome)
    stream.follow(
        run,
        cast(DeltaGenerator, SimpleNamespace(container=lambda: None)),
        drawer=lambda _column: AnswerDrawer(cast(DeltaGenerator, screen), live=True),
    )
    assert [text for _element, text in screen.drawn] == ["The last words"]
    assert slept == ([(stream.WORDS_FIRST, 1)] if waits else [])


def test_a_link_that_is_defined_at_the_end_is_drawn_as_one_everywhere() -> None:
    text = "See [the act][a].\n\n```\n[b]: c\n```\n\nAnd [the b][b].\n\n[a]: https://x.y/act\n"
    screen = Screen()
    drawer = AnswerDrawer(cast(DeltaGenerator, screen), live=True)
    for piece in text.splitlines(keepends=True):
        drawer.add({"text": piece})
        drawer.flush()
    drawer.close()
    live = "\n\n".join(dict(screen.drawn).values())
    whole = Screen()
    again = AnswerDrawer(cast(DeltaGenerator, whole))
    again.add({"text": text})
    again.close()
    assert [live.strip()] == [text for _element, text in whole.drawn]
    assert "See [the act](https://x.y/act)." in live
    assert r"And \[the b\]\[b\]." in live


def test_an_answer_is_drawn_again_in_the_elements_in_which_it_streamed() -> None:
    text = "One.\n\nTwo.\n\n- three\n- four\n\n```\na\n\nb\n```\n\nFive.\n\nSix, [a].\n\n[a]: https://x.y\n"
    for size in range(1, len(text), 7):
        screen, cuts = Screen(), list[list[int]]()
        drawer = AnswerDrawer(cast(DeltaGenerator, screen), live=True, cuts=cuts)
        for start in range(0, len(text), size):
            drawer.add({"text": text[start : start + size]})
            drawer.flush()
        drawer.close()
        again = Screen()
        drawer = AnswerDrawer(cast(DeltaGenerator, again), cuts=cuts)
        drawer.add({"text": text})
        drawer.close()
        assert dict(again.drawn) == dict(screen.drawn)


def test_the_elements_of_a_long_answer_stand_in_groups() -> None:
    screen, cuts = Screen(), list[list[int]]()
    drawer = AnswerDrawer(cast(DeltaGenerator, screen), live=True, cuts=cuts)
    blocks = [f"Block {number}.\n\n" for number in range(40)]
    for block in blocks:
        drawer.add({"text": block})
        drawer.flush()
    drawer.close()
    again = Screen()
    drawer = AnswerDrawer(cast(DeltaGenerator, again), cuts=cuts)
    drawer.add({"text": "".join(blocks)})
    drawer.close()
    for each in (screen, again):
        groups = [dict(group.drawn) for group in (each, *each.groups)]
        assert [len(group) for group in groups] == [16, 16, 8]
        texts = [text for group in groups for text in group.values()]
        assert [text.strip() for text in texts] == [block.strip() for block in blocks]


def test_an_answer_that_goes_on_keeps_the_elements_it_has() -> None:
    cuts = list[list[int]]()
    first = AnswerDrawer(cast(DeltaGenerator, Screen()), live=True, cuts=cuts)
    for block in ("One.\n\n", "Two.\n\n", "Three"):
        first.add({"text": block})
        first.flush()
    screen = Screen()  # the page is drawn anew in the middle of it
    drawer = AnswerDrawer(cast(DeltaGenerator, screen), live=True, cuts=cuts)
    drawer.add({"text": "One.\n\nTwo.\n\nThree.\n\nFour.\n\nFive"})
    assert drawer.flush()
    assert screen.drawn == [(1, "One."), (2, "Two."), (3, "Three.\n\nFour.")]


@pytest.mark.parametrize("what", ["first words", "audio"])
def test_what_comes_first_takes_the_place_of_the_remark(
    monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(stream, "SAY_WAITING_AFTER", -1.0)
    screen, drawn, run = Screen(), [], live()
    if what == "audio":
        run.run.request.config["response_modalities"] = ["AUDIO"]

    def container() -> Screen:
        drawn.append("the answer")
        return screen

    slot = SimpleNamespace(caption=drawn.append, container=container)
    place = SimpleNamespace(empty=lambda: drawn.append("a place") or slot)
    follower = stream.Follower(run, cast(DeltaGenerator, place))
    follower.step()
    run.events.append(PartArrived(0.0, 0, {"text": "Hello"}))
    follower.step()
    assert drawn == ["a place", f":shimmer[Waiting for the {what}]", "the answer"]
    assert screen.drawn == [(1, "Hello")]


def test_a_long_open_block_is_drawn_less_often() -> None:
    screen = Screen()
    drawer = AnswerDrawer(cast(DeltaGenerator, screen), live=True)
    drawer.add({"text": "word " * 100_000})
    assert not drawer.flush()
    drawer.add({"text": "more"})
    assert drawer.flush()  # later
    assert len(screen.drawn) == 1
    drawer.close()
    assert screen.drawn[-1][1].endswith("more")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (None, "No connection"),
        (429, "Too many requests (429)"),
        (400, "The service declined (400)"),
        (503, "The service failed (503)"),
    ],
)
def test_why_something_is_asked_again_is_said(status: int | None, said: str) -> None:
    run = live()
    run.events.append(Retrying(0.0, status, 100.0))
    assert stream._waiting_for(run).startswith(f"{said}. Trying again in ")
