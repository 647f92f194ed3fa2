"""What the team's benchmark makes of its samples, and what stands in front of its servers."""

import pytest

from bench import report
from bench.peers import APP, CHAINLIT
from bench.soak import Soak
from bench.team import CADDYFILE, Crowd, TeamSizes, Visit, proxy_settings, soak_table


def soaked(memory: float, threads: int) -> Soak:
    """Ten minutes that begin with 300 MB and 40 threads after a start, and end with these."""
    moments = range(0, 601, 2)
    early, third, late = (100.0, 9), (300.0, 40), (memory, threads)
    phases = [early if t < 120 else third if t <= 180 else late for t in moments]
    return Soak(600.0, looks=[(t, *phase) for t, phase in zip(moments, phases, strict=True)])


@pytest.mark.parametrize(
    ("memory", "threads", "met"), [(314.0, 42, ["yes", "yes"]), (316.0, 43, ["no", "no"])]
)
def test_growth_is_that_behind_the_start(memory: float, threads: int, met: list[str]) -> None:
    lines = soak_table(soaked(memory, threads), TeamSizes()).splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert [row[-1] for row in rows if row[0] in {"memory, MB", "threads"}] == met


def test_a_session_that_failed_is_counted_and_is_no_time() -> None:
    visits = [Visit(True, 100.0, 4000.0), Visit(True, 300.0, 4400.0), Visit(failure="closed")]
    crowd = Crowd("this app", 2, 3, [visits], [(200.0, 206.0)])
    assert crowd.cells()[3:] == ["200 (300)", "4200 (4400)", "1 of 3", "2.00", "206"]
    crowd.rounds.append([Visit(failure="closed")] * 3)
    assert crowd.cells()[3] == "never"


def test_only_this_app_is_asked_whether_it_drains() -> None:
    assert proxy_settings(APP) == CADDYFILE.read_text()
    assert "health_uri" in proxy_settings(APP)
    others = proxy_settings(CHAINLIT)
    assert "health_" not in others
    assert "lb_policy cookie" in others


def test_a_section_is_replaced_and_the_rest_stays(tmp_path, monkeypatch) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- team: begin -->\nold\n<!-- team: end -->\nafter\n")
    monkeypatch.setattr(report, "README", readme)
    report.write_section("team", "new")
    marked = "<!-- team: begin -->\nnew\n<!-- team: end -->"
    assert readme.read_text() == f"before\n{marked}\nafter\n"
