"""The lines for backup and restore in docs/OPERATING.md bring back what was there."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gemini.history.database import open_history
from gemini.history.search import Filter
from tests.gemini.history.sample_runs import ended
from tests.postgresql import Cluster, running

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "OPERATING.md").read_text("utf-8")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with running() as made:
        made.execute("CREATE DATABASE playground")
        yield made


@pytest.fixture
def environment(cluster: Cluster, tmp_path: Path) -> dict[str, str]:
    (tmp_path / "backup").mkdir()
    path = f"{Path(sys.executable).parent}:{cluster.programs}:{os.environ['PATH']}"
    return {
        "PATH": path,
        "PLAYGROUND_DATA_DIR": str(tmp_path / "data"),
        "DATABASE_URL": cluster.url("playground"),
        "BACKUP": str(tmp_path / "backup"),
    }


def follow(what: str, environment: dict[str, str]) -> None:
    """Run the lines of the document that are marked so."""
    (lines,) = re.findall(rf"<!-- {what} -->\n```sh\n(.*?)```", TEXT, re.DOTALL)
    done = subprocess.run(
        ["sh", "-euc", lines], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_was_backed_up_comes_back(
    kind: str, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", environment["PLAYGROUND_DATA_DIR"])
    url = environment["DATABASE_URL"] if kind == "postgresql" else None
    history = open_history(url)
    history.of("ann").record(ended(), "chat")
    before = [each.id for each in history.of("ann").find().runs]
    assert before
    follow(f"backup: {kind}", environment)  # while it is open
    history.of("ann").record(ended(), "chat")  # after it, so not in it
    assert history.of("ann").delete_runs(before) == 1
    history.close()

    follow(f"restore: {kind}", environment)
    history = open_history(url)
    assert [each.id for each in history.of("ann").find().runs] == before
    assert history.of("ann").find(Filter(text="rayleigh")).runs  # the index for searching as well
    history.close()
