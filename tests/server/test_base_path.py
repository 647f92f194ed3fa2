"""The ways to a playground that is served below a path, whatever its server takes itself for."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from components import navigation
from server import base_path


def test_the_root_and_the_path_lead_to_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation.st, "get_option", lambda _name: "/team/play/")
    client = TestClient(Starlette(routes=base_path.routes()), follow_redirects=False)
    for path in ("/", "/team/play"):
        response = client.get(f"{path}?c=1&d=%20", headers={"x-forwarded-proto": "https"})
        assert response.status_code == 307
        assert response.headers["location"] == "/team/play/?c=1&d=%20"
    assert client.get("/team/play").headers["location"] == "/team/play/"


def test_at_the_root_nothing_leads_elsewhere() -> None:
    assert base_path.routes() == []
