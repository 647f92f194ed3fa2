"""An OpenID Connect provider on this machine: everybody may sign in as whoever they choose.

It does what Streamlit's sign-in asks of a provider (the authorization code flow of
https://openid.net/specs/openid-connect-core-1_0.html), with a page to choose a person on.
"""

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

PEOPLE = {"ann": "ann@example.org", "bob": "bob@example.org"}
CLIENT = "playground"
SECRET = "a secret of the tests, long enough"  # signs the cookies of the playground


class Provider:
    """The provider; `url` is its issuer."""

    def __init__(self) -> None:
        self.url = ""
        self._key = RSAKey.generate_key(2048, {"kid": "test"}, private=True)
        self._codes: dict[str, tuple[str, str]] = {}  # code: (who, nonce)
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._metadata),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/keys", self._keys),
            ]
        )

    def _metadata(self, _request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    def _authorize(self, request: Request) -> Response:
        """A link for each person; the one that was followed goes back with a code."""
        asked = dict(request.query_params)
        who = asked.pop("who", None)
        if who is None:
            links = (f"<a href='?{urlencode({**asked, 'who': p})}'>{p}</a>" for p in PEOPLE)
            return HTMLResponse("<h1>Who are you?</h1>" + " ".join(links))
        code = secrets.token_hex()
        self._codes[code] = (who, asked["nonce"])
        back = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}")

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        who, nonce = self._codes.pop(str(form["code"]))
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": who,
            "email": PEOPLE[who],
            "nonce": nonce,
            "iat": now,
            "exp": now + 3600,
        }
        token = jwt.encode({"alg": "RS256", "kid": "test"}, claims, self._key)
        return JSONResponse({"access_token": "none", "token_type": "Bearer", "id_token": token})

    def _keys(self, _request: Request) -> Response:
        return JSONResponse({"keys": [self._key.as_dict(private=False)]})


@contextmanager
def provider() -> Iterator[Provider]:
    """The provider, served on loopback."""
    made = Provider()
    config = uvicorn.Config(made.app, host="127.0.0.1", port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 15
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    assert server.started, "the provider did not start"
    port = server.servers[0].sockets[0].getsockname()[1]
    made.url = f"http://127.0.0.1:{port}"
    try:
        yield made
    finally:
        server.should_exit = True
        thread.join(10)


def secrets_for(issuer: str, below: str = "") -> str:
    """The `secrets.toml` of a playground where people sign in with this provider.

    `below` is the path that the playground is served below: "/playground".
    """
    return f"""
[auth]
redirect_uri = "http://localhost:{{port}}{below}/oauth2callback"
cookie_secret = "{SECRET}"
client_id = "{CLIENT}"
client_secret = "not one"
server_metadata_url = "{issuer}/.well-known/openid-configuration"
"""
