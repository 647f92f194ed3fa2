"""What a browser is known by: cookies that are signed, forged, old, forgotten."""

import time
from collections.abc import Iterator

import pytest
from itsdangerous import URLSafeTimedSerializer

from components import person_cookie
from components.person_cookie import DAY, DAYS, RENEWED_DAYS, is_old, name_in, new_name, signed

SECRET = "a secret of forty characters, or so, yes"


@pytest.fixture(autouse=True)
def provided(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """A secret, and the names of browsers that another process has forgotten."""
    forgotten: set[str] = set()
    monkeypatch.delenv(person_cookie.SECRET_VARIABLE, raising=False)
    person_cookie.provide(lambda: SECRET, forgotten.__contains__)
    yield forgotten
    person_cookie.provide(lambda: None, lambda _name: False)


def cookie(name: str | None = None) -> tuple[str, str]:
    name = name or new_name()
    value = signed(name)
    assert value is not None
    return name, value


def test_a_name_comes_back_from_its_cookie() -> None:
    name, value = cookie()
    assert name_in(value) == name
    assert name not in value  # it isn't to be read at a glance
    assert cookie()[0] != name


def test_what_is_forged_or_anothers_is_nobody() -> None:
    name, value = cookie()
    other = URLSafeTimedSerializer("another secret", salt=person_cookie.COOKIE).dumps(name)
    salted = URLSafeTimedSerializer(SECRET, salt="another use").dumps(name)
    odd = URLSafeTimedSerializer(SECRET, salt=person_cookie.COOKIE)
    for forged in (
        None, "", "x", value[:-1], value + "x", f"x{value}", value.split(".")[0], other, salted,
        odd.dumps("ann"), odd.dumps({"a": 1}), odd.dumps(f"{name}\n"), "é.é.é", "." * 9999,
    ):  # fmt: skip
        assert name_in(forged) is None


def test_a_cookie_ends_and_is_renewed_before(monkeypatch: pytest.MonkeyPatch) -> None:
    name, value = cookie()
    now = time.time()
    assert not is_old(value)
    monkeypatch.setattr(time, "time", lambda: now + (RENEWED_DAYS + 1) * DAY)
    assert is_old(value)
    assert name_in(value) == name
    monkeypatch.setattr(time, "time", lambda: now + (DAYS + 1) * DAY)
    assert name_in(value) is None


def test_a_cookie_of_a_server_whose_clock_was_ahead_is_taken_and_renewed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name, value = cookie()
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now - 1000 * DAY)
    assert name_in(value) == name
    assert is_old(value)
    renewed = signed(name)
    assert renewed
    assert not is_old(renewed)
    monkeypatch.setattr(time, "time", lambda: now - 3600)  # processes differ by an hour
    assert name_in(value) == name
    assert not is_old(value)


def test_a_forgotten_browser_is_nobody_here_at_once_and_elsewhere_soon(
    provided: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (first, one), (second, other) = cookie(), cookie()
    assert name_in(one) == first
    person_cookie.forget(first)
    assert name_in(one) is None
    assert name_in(other) == second
    provided.add(second)
    assert name_in(other) == second  # looked for a moment ago
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + person_cookie.ENDED_FOR)
    assert name_in(other) is None


def test_the_environment_goes_before_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    _, value = cookie()
    monkeypatch.setenv(person_cookie.SECRET_VARIABLE, "x" * person_cookie.SHORTEST_SECRET)
    person_cookie.provide(lambda: SECRET, lambda _name: False)
    assert name_in(value) is None
    monkeypatch.setenv(person_cookie.SECRET_VARIABLE, "short")
    person_cookie.provide(lambda: SECRET, lambda _name: False)
    assert name_in(value) is not None


def test_without_a_secret_nobody_is_known_until_there_is_one() -> None:
    _, value = cookie()
    secrets = [None, None, SECRET]
    person_cookie.provide(lambda: secrets.pop(0), lambda _name: False)
    assert signed(new_name()) is None
    assert name_in(value) is None
    assert name_in(value) is not None
