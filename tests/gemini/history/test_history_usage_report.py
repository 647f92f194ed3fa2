"""Counts of usage as rows for a table and a chart."""

from datetime import date, timedelta

from gemini.history.usage import UsageSum, as_csv, by_day, by_model, total

DAY = date(2026, 3, 14)


def used(day: int, model: str, tokens: int, dollars: float | None = None) -> UsageSum:
    unpriced = 1 if dollars is None else 0
    on = DAY + timedelta(days=day)
    return UsageSum(on, model, 1, tokens - 2, 0, 0, 0, 2, tokens, dollars or 0.0, unpriced)


SUMS = [used(0, "a", 10, 0.5), used(0, "b", 30), used(2, "a", 15, 0.25), used(2, "c", 0)]


def test_csv_has_a_row_for_each_day_and_model_and_no_formulas() -> None:
    text = as_csv([*SUMS[:2], used(1, "=cmd()", 5)]).decode("utf-8-sig")
    head, *rows = text.splitlines()
    assert head == "Day,Model,Requests,Tokens,Cost ($),Prompt,Cached,Tools,Thoughts,Answer"
    assert rows == [
        "2026-03-14,a,1,10,0.5,8,0,0,0,2",
        "2026-03-14,b,1,30,,28,0,0,0,2",
        "2026-03-15,'=cmd(),1,5,,3,0,0,0,2",
    ]


def test_everything_together() -> None:
    everything = total(SUMS)
    assert (everything.requests, everything.total_tokens) == (4, 55)
    assert (everything.dollars, everything.unpriced) == (0.75, 2)
    assert total([]).requests == 0


def test_a_row_for_each_model_the_largest_first() -> None:
    rows = by_model(SUMS)
    assert [(r["Model"], r["Requests"], r["Tokens"], r["Cost ($)"]) for r in rows] == [
        ("b", 1, 30, None),
        ("a", 2, 25, 0.75),
        ("c", 1, 0, None),
    ]


def test_every_day_has_a_row_for_each_model() -> None:
    rows = by_day(SUMS[:3], DAY, DAY + timedelta(days=2))
    assert [(r["Day"].day, r["Model"], r["Tokens"]) for r in rows] == [
        (14, "a", 10), (14, "b", 30), (15, "a", 0), (15, "b", 0), (16, "a", 15), (16, "b", 0),
    ]  # fmt: skip
