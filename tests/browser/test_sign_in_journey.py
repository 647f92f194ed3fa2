"""Two people who signed in: what is one's can't be opened, found, taken or deleted by the other.

The playground is served below a path here, as behind a proxy that has others beside it.
"""

import random
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from gemini.history.sharing import for_sharing, to_link
from gemini.request import Request
from tests.browser.conftest import ask, look_at, serving, settle, shows_no_error, visit, write
from tests.browser.oidc import PEOPLE, provider, secrets_for
from tests.fake_gemini import FakeGemini, answer

Open = Callable[..., Page]
SECRET = "The heron's hiding place"
LONG = random.Random(1).randbytes(2500).hex()  # in a link more than a cookie holds
BELOW = "team/playground"


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("signed-in")


@pytest.fixture(scope="module")
def guarded_url(session_fake: FakeGemini, data_folder: Path) -> Iterator[str]:
    """A playground that asks everyone to sign in."""
    with provider() as issuer:
        secrets = data_folder / "secrets.toml"
        secrets.write_text(secrets_for(issuer.url, f"/{BELOW}"))
        with serving(
            GOOGLE_GEMINI_BASE_URL=session_fake.url,
            GEMINI_API_KEY="browser-test-key",
            EMULATOR_URL=session_fake.url,
            PLAYGROUND_DATA_DIR=str(data_folder),
            STREAMLIT_SECRETS_FILES=str(secrets),
            STREAMLIT_SERVER_BASE_URL_PATH=BELOW,
        ) as url:
            yield url


def sign_in(page: Page, who: str) -> None:
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name=who).click()
    expect(page.get_by_text(PEOPLE[who])).to_be_attached()
    settle(page)


def shared(words: str) -> str:
    """A prompt as the link that shares it has it."""
    template = Request("gemini-3.8-flash", [{"role": "user", "parts": [{"text": words}]}])
    return to_link(for_sharing("Herons", "chat", template))


def search(page: Page, words: str) -> None:
    field = page.get_by_role("textbox", name="Search")
    write(field, words)
    field.press("Enter")


def exported(page: Page, folder: Path) -> str:
    """The runs of the archive that "Export everything" gives, as text."""
    page.get_by_text("Export, import, delete").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export everything").click()
    file = folder / "export.zip"
    waiting.value.save_as(file)
    with zipfile.ZipFile(file) as archive:
        names = [name for name in archive.namelist() if name.endswith(".jsonl")]
        return "".join(archive.read(name).decode() for name in names)


def delete_everything(page: Page) -> None:
    page.get_by_text("Yes, delete all my runs").click()
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_text("Yes, delete all my runs")).to_be_visible()
    settle(page)


def test_what_is_anns_is_not_bobs(
    open_page: Open, guarded_url: str, gemini: FakeGemini, tmp_path: Path
) -> None:
    gemini.replies = [answer("Behind the reeds."), answer("At dawn.")]
    ann = open_page(guarded_url)
    sign_in(ann, "ann")
    ask(ann, SECRET)
    expect(ann.get_by_text("tokens in")).to_be_visible()
    expect(ann).to_have_url(re.compile(r"[?&]c=\w{20,}"))
    address = ann.url

    bob = open_page(guarded_url)
    sign_in(bob, "bob")
    bob.goto(address)  # Ann's conversation, by its address
    expect(bob.get_by_role("heading", name="Chat")).to_be_visible()
    settle(bob)
    expect(bob.get_by_text(SECRET)).to_have_count(0)

    bob.goto(f"{guarded_url}/history")
    expect(bob.get_by_text("No runs yet")).to_be_visible()
    bob.goto(guarded_url)  # a run of his own: only then is there a field for a search
    ask(bob, "When does the owl sleep?")
    expect(bob.get_by_text("tokens in")).to_be_visible()
    bob.goto(f"{guarded_url}/history")
    expect(bob.get_by_text("1 run.")).to_be_visible()
    search(bob, "heron")
    expect(bob.get_by_text("No runs match")).to_be_visible()
    runs = exported(bob, tmp_path)
    assert "the owl" in runs
    assert "heron" not in runs
    delete_everything(bob)

    ann.goto(address)  # and nothing of hers is gone
    expect(ann.get_by_text("Behind the reeds.")).to_be_visible()
    ann.goto(f"{guarded_url}/history")
    search(ann, "heron")
    expect(ann.get_by_text("1 run.")).to_be_visible()
    assert "heron" in exported(ann, tmp_path)
    shows_no_error(ann)


def test_a_link_is_opened_after_the_sign_in(
    open_page: Open, guarded_url: str, gemini: FakeGemini
) -> None:
    gemini.replies = [answer("Behind the reeds.")]
    ann = open_page(guarded_url)
    sign_in(ann, "ann")
    ask(ann, SECRET)
    expect(ann.get_by_text("tokens in")).to_be_visible()
    expect(ann).to_have_url(re.compile(r"[?&]c=\w{20,}"))
    link = ann.url

    for address in (link, link.replace("/?", "/chat?")):
        again = open_page(f"{address}&next=https://example.org")  # in a browser without her cookie
        sign_in(again, "ann")
        expect(again.get_by_text("Behind the reeds.")).to_be_visible()
        expect(again).to_have_url(address)
        shows_no_error(again)
    again.goto(guarded_url)  # once only
    settle(again)
    expect(again.get_by_text("Behind the reeds.")).to_have_count(0)
    expect(again.get_by_test_id("stChatInput")).to_be_visible()


def test_a_page_and_a_shared_prompt_are_opened_after_the_sign_in(
    open_page: Open, guarded_url: str
) -> None:
    page = open_page(f"{guarded_url}/prompts?prompt={shared('Tell of the heron. ' + LONG)}")
    sign_in(page, "bob")
    expect(page.get_by_text("Tell of the heron.").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"/prompts\?prompt="))
    shows_no_error(page)


def test_a_visitor_who_has_not_signed_in_sees_nothing(
    open_page: Open, guarded_url: str, gemini: FakeGemini
) -> None:
    page = open_page(guarded_url)
    for name in ("chat", "history", "prompts", "usage"):
        visit(page, f"{guarded_url}/{name}")
        expect(page.get_by_role("button", name="Sign in")).to_be_visible()
        settle(page)
        expect(page.get_by_test_id("stChatInput")).to_have_count(0)
        expect(page.get_by_test_id("stTopNavSection")).to_have_count(0)
        expect(page.get_by_role("heading")).to_have_count(1)
        shows_no_error(page)
    assert not gemini.generated


def test_signing_out_ends_it(open_page: Open, guarded_url: str) -> None:
    page = open_page(guarded_url)
    sign_in(page, "ann")
    with page.expect_response(lambda response: "/auth/logout" in response.url):
        page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    page.goto(f"{guarded_url}/history")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_the_sign_in_screen(open_page: Open, guarded_url: str) -> None:
    page = open_page(guarded_url)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    look_at(page, "sign-in")
