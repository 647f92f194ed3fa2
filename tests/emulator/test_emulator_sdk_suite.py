"""Google's own SDK tests against the emulator: they pass, or the list says why not."""

import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "sdk_suite"


@pytest.mark.timeout(960)
def test_the_sdk_s_own_tests_pass_but_for_the_listed(tmp_path, monkeypatch, echo) -> None:
    monkeypatch.syspath_prepend(HERE)
    import suite

    listed = read_exceptions(HERE / "exceptions.toml")
    outcomes = suite.run(echo.url, tmp_path)
    passed = {test for test, outcome in outcomes.items() if outcome == "passed"}
    failed = {test for test, outcome in outcomes.items() if outcome in ("failed", "error")}
    assert len(passed) > 300, "most of the suite didn't run"
    assert sorted(failed - set(listed)) == [], "fail and are not in exceptions.toml"
    assert sorted(passed & set(listed)) == [], "pass now: take them off exceptions.toml"
    assert sorted(set(listed) - set(outcomes)) == [], "are in exceptions.toml and don't exist"


def read_exceptions(path: Path) -> dict[str, str]:
    """Reason by test id. In the file, tests stand under their reason."""
    reasons = tomllib.loads(path.read_text("utf-8"))["reason"]
    listed = {test: reason["why"] for reason in reasons for test in reason["tests"]}
    assert len(listed) == sum(len(reason["tests"]) for reason in reasons), "listed twice"
    return listed
