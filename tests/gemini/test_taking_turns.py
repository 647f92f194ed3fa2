"""One script works at a time, and none holds up the others for long."""

import threading
import time
from collections.abc import Callable

import pytest

from gemini import taking_turns
from gemini.taking_turns import AT_ONCE, in_turn, take_turn, waiting

SOON = 10.0  # seconds


@pytest.fixture(autouse=True)
def _places(monkeypatch: pytest.MonkeyPatch) -> None:
    """Places of this test's own, and no time-out that a slow machine could run into."""
    monkeypatch.setattr(taking_turns, "_free", threading.Semaphore(AT_ONCE))
    monkeypatch.setattr(taking_turns, "LONGEST_WAIT", SOON)


def started(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def can_work() -> bool:
    """Whether somebody else could work now."""
    return taking_turns._free._value > 0


def test_no_more_work_than_may() -> None:
    begun, go_on = threading.Semaphore(0), threading.Event()
    working, most = [], []

    def work() -> None:
        with in_turn():
            working.append(1)
            most.append(len(working))
            begun.release()
            go_on.wait(SOON)
            working.pop()

    threads = [started(work) for _ in range(5)]
    for _ in range(AT_ONCE):
        assert begun.acquire(timeout=SOON)
    assert not can_work()
    go_on.set()
    for thread in threads:
        thread.join(SOON)
    assert len(most) == 5
    assert max(most) <= AT_ONCE
    assert can_work()


def test_who_waits_for_an_answer_holds_nobody_up() -> None:
    inside, waits, answered, after = [], threading.Event(), threading.Event(), []

    def work() -> None:
        with in_turn():
            inside.append(taking_turns._free._value)
            with waiting():
                waits.set()
                answered.wait(SOON)
            after.append(taking_turns._free._value)

    thread = started(work)
    assert waits.wait(SOON)
    assert taking_turns._free._value == AT_ONCE
    answered.set()
    thread.join(SOON)
    assert inside == after == [AT_ONCE - 1]
    assert taking_turns._free._value == AT_ONCE


def test_a_place_from_the_callback_is_gone_on_with_and_given_back() -> None:
    take_turn()
    with in_turn():
        assert taking_turns._free._value == AT_ONCE - 1
    assert taking_turns._free._value == AT_ONCE


def test_a_script_that_is_interrupted_while_it_waits_takes_no_place_again() -> None:
    with pytest.raises(KeyboardInterrupt), in_turn(), waiting():
        raise KeyboardInterrupt
    assert taking_turns._free._value == AT_ONCE


def test_a_thread_that_ends_gives_its_place_back() -> None:
    started(take_turn).join(SOON)
    assert taking_turns._free._value == AT_ONCE


def test_nobody_waits_longer_than_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking_turns, "LONGEST_WAIT", 0.01)
    monkeypatch.setattr(taking_turns, "_free", threading.Semaphore(0))
    with in_turn():
        pass
    assert taking_turns._free._value == 0  # what was not taken isn't given back


def test_who_waits_is_known_until_it_works() -> None:
    assert not taking_turns.prompts_wait()
    with in_turn():
        assert not taking_turns.prompts_wait()
        other = started(take_turn)
        deadline = time.monotonic() + SOON
        while not taking_turns.prompts_wait() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert taking_turns.prompts_wait()
    other.join(SOON)
    assert not taking_turns.prompts_wait()


def test_waiting_outside_of_a_turn_is_just_that() -> None:
    with waiting():
        assert taking_turns._free._value == AT_ONCE
    assert taking_turns._free._value == AT_ONCE
