"""What comes back from a sign-in leads to a page of the playground, and nowhere else."""

import re
from pathlib import Path

import pytest

from components import return_address
from components.return_address import PARAMETERS, read_address

PATHS = ("", "chat", "history", "long-context")
ROOT = Path(return_address.__file__).parents[1]


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("/?c=abc", ("", {"c": "abc"})),
        ("/chat?c=abc", ("chat", {"c": "abc"})),
        ("/history", ("history", {})),
        ("/history/?run=1&run=2&next=https://example.org", ("history", {"run": "2"})),
        ("/prompts?prompt=x", None),
        ("/start/history", None),
        ("//example.org/history", None),
        ("//history", ("history", {})),  # a page's name, whatever it would be as an address
        ("https://example.org/history", None),
        ("https:history", None),
        ("javascript:alert(1)", None),
        ("/\\example.org", None),
    ],
)
def test_only_pages_and_their_parameters_are_read(
    address: str, found: tuple[str, dict[str, str]] | None
) -> None:
    assert read_address(address, PATHS) == found


def test_the_base_path_of_the_server_is_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    options = {"server.baseUrlPath": "team/playground/"}
    monkeypatch.setattr(return_address.st, "get_option", options.get)
    assert read_address("/team/playground/?c=1", PATHS) == ("", {"c": "1"})
    assert read_address("/team/playground?c=1", PATHS) == ("", {"c": "1"})
    assert read_address("/team/playground/chat", PATHS) == ("chat", {})
    assert read_address("/chat", PATHS) is None
    assert read_address("/team/playgroundchat", PATHS) is None


def test_every_parameter_that_a_page_reads_is_known() -> None:
    said = re.compile(r'^[A-Z_]+ = "(\w+)"  # of (?:the|that) (?:page\'s )?address', re.MULTILINE)
    read = {
        name
        for folder in ("components", "pages")
        for file in (ROOT / folder).rglob("*.py")
        for name in said.findall(file.read_text("utf-8"))
    }
    assert read == PARAMETERS
