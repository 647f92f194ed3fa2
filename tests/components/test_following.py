"""How often an answer is drawn while it streams."""

import threading
import time

from components.answers import stream
from gemini.request import Request
from gemini.run import LiveRun, PartArrived, Run


def live() -> LiveRun:
    return LiveRun(Run(Request("gemini-2.5-flash", [])))


def test_nothing_is_drawn_half_way_while_parts_pour_in() -> None:
    run = live()

    def pour() -> None:
        until = time.monotonic() + 0.1
        while time.monotonic() < until:
            run.events += [PartArrived(0.0, 0, {"text": "."})] * 100
            time.sleep(0.001)
        run.ended.set()

    thread = threading.Thread(target=pour)
    thread.start()
    stream._pause(run, 0.02)
    assert run.ended.is_set()
    thread.join()


def test_a_usual_answer_is_drawn_as_it_comes() -> None:
    run = live()
    run.events.append(PartArrived(0.0, 0, {"text": "Hello"}))
    stream._pause(run, 0.02)
    assert not run.ended.is_set()


def test_parts_that_pour_in_for_long_are_drawn_on_the_way() -> None:
    run = live()
    stop = threading.Event()

    def pour() -> None:
        while not stop.is_set():
            run.events += [PartArrived(0.0, 0, {"text": "."})] * 100
            time.sleep(0.001)

    thread = threading.Thread(target=pour)
    thread.start()
    stream._pause(run, 0.02)
    stop.set()
    thread.join()
    assert not run.ended.is_set()
