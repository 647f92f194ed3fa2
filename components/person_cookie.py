"""What a browser is known by where nobody signs in: a random name in a signed cookie.

Whoever alters or invents one is treated as a stranger. The secret is the environment's, or one that
is kept in the database, so that all processes of a playground know each other's cookies, after a
restart too.
"""

import logging
import math
import os
import re
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from itsdangerous import BadData, URLSafeTimedSerializer

log = logging.getLogger(__name__)

COOKIE = "gemini_playground_person"
SECRET_VARIABLE = "PLAYGROUND_COOKIE_SECRET"  # noqa: S105 (its name)
SECRET_NAME = "person-cookie"  # noqa: S105 (in the database)
SHORTEST_SECRET = 32  # characters
DAYS = 400  # browsers keep no cookie longer; a visit after RENEWED_DAYS begins them anew
RENEWED_DAYS = 7
ENDED_FOR = 5.0  # seconds that a look for forgotten browsers is good for
NAME = re.compile(r"[\w-]{22}", re.ASCII)
DAY = 86_400  # seconds


@dataclass
class _Known:
    """What this process knows, and whom it asks for more: the history, by `provide`.

    `here` are the names of browsers that were forgotten in this process; `looked` says of others
    when it was looked for that, and what came of it.
    """

    find_secret: Callable[[], str | None] = lambda: None
    find_ended: Callable[[str], bool] = lambda _name: False
    secret: str | None = None
    here: set[str] = field(default_factory=set)
    looked: dict[str, tuple[float, bool]] = field(default_factory=dict)


_known = _Known()
_lock = threading.Lock()


def provide(find_secret: Callable[[], str | None], find_ended: Callable[[str], bool]) -> None:
    """Say where the secret is found (None: nowhere just now), and whether the browser of a name
    was forgotten, by whichever process."""
    _known.find_secret, _known.find_ended, _known.secret = find_secret, find_ended, None
    _known.here.clear()
    _known.looked.clear()


def secret() -> str | None:
    """What cookies are signed with; None where there is nothing, for the database is away."""
    if _known.secret is None:
        given = os.environ.get(SECRET_VARIABLE, "").strip()
        if 0 < len(given) < SHORTEST_SECRET:
            log.error(
                "%s isn't used: it needs %d characters or more.", SECRET_VARIABLE, SHORTEST_SECRET
            )
            given = ""
        _known.secret = given or _known.find_secret()
    return _known.secret


def new_name() -> str:
    """A name that nobody can guess."""
    return secrets.token_urlsafe(16)


def signed(name: str) -> str | None:
    """The cookie of a name; None where there is no secret."""
    key = secret()
    return str(_signer(key).dumps(name)) if key else None


def name_in(cookie: str | None) -> str | None:
    """The name in a cookie; None where it is forged, another playground's, ended or forgotten."""
    known = _read(cookie)
    return None if known is None or is_forgotten(known[0]) else known[0]


def is_old(cookie: str) -> bool:
    """Whether a cookie's days should begin anew: some have passed, or it is from the future."""
    known = _read(cookie)
    return known is not None and abs(time.time() - known[1]) > RENEWED_DAYS * DAY


def forget(name: str) -> None:
    """Have this process take the cookie of a name for nobody's, from now on."""
    _known.here.add(name)


def is_forgotten(name: str) -> bool:
    """Whether the browser of a name was forgotten; other processes hear of it within seconds."""
    if name in _known.here:
        return True
    now = time.monotonic()
    at, ended = _known.looked.get(name, (-math.inf, False))
    if now - at >= ENDED_FOR:
        ended = _known.find_ended(name)
        with _lock:
            if len(_known.looked) > 10_000:
                _known.looked.clear()
            _known.looked[name] = now, ended
    return ended


def _read(cookie: str | None) -> tuple[str, float] | None:
    """The name and the time of a cookie that is in order (seconds since 1970)."""
    key = secret() if cookie else None
    if not cookie or key is None:
        return None
    known = _checked(key, cookie)
    # One from the future is of a server whose clock was off: nobody else can sign it.
    return known if known and time.time() - known[1] <= DAYS * DAY else None


@lru_cache(maxsize=4096)
def _checked(key: str, cookie: str) -> tuple[str, float] | None:
    try:
        name, at = _signer(key).loads(cookie, return_timestamp=True)
    except BadData:
        return None
    if not isinstance(name, str) or not NAME.fullmatch(name):
        return None
    return name, at.timestamp()


@lru_cache(maxsize=4)
def _signer(key: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(key, salt=COOKIE)
