"""An MCP server with a secret header: set, used, compared with the other API, sent to no screen."""

from collections.abc import Callable

from playwright.sync_api import Page, WebSocket, expect

from tests.browser.conftest import ask, look_at, seen, settle, shows_no_error, write
from tests.fake_gemini import FakeGemini, answer
from tests.interaction_replies import interaction, text

Open = Callable[..., Page]

CALL = {"type": "mcp_server_tool_call", "id": "1", "server_name": "files", "name": "list",
        "arguments": {"folder": "tea"}}  # fmt: skip
RESULT = {"type": "mcp_server_tool_result", "call_id": "1", "server_name": "files", "name": "list",
          "result": "green.txt\nblack.txt"}  # fmt: skip
TEAS = text("There are **two teas**: green and black.")


def test_a_secret_header_reaches_the_api_and_no_screen(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    gemini.others = {"POST interactions": [interaction(CALL, RESULT, TEAS)]}
    gemini.replies = [answer("Two: green and black.")]
    page = open_page(f"{fake_url}/chat", once=True)
    received: list[bytes] = []

    def watch(socket: WebSocket) -> None:
        socket.on("framereceived", lambda data: received.append(
            data.encode() if isinstance(data, str) else data))  # fmt: skip

    page.on("websocket", watch)
    page.reload()
    settle(page)
    sidebar = page.get_by_test_id("stSidebarUserContent")
    for group in ("Tools", "Service"):
        sidebar.get_by_text(group, exact=True).click()
        settle(page)
    page.get_by_role("radio", name="Interactions").click()
    settle(page)
    page.get_by_role("button", name="Add an MCP server").click()
    write(page.get_by_label("Name", exact=True), "files")
    write(page.get_by_label("URL", exact=True), "https://mcp.example.com/x")
    page.get_by_role("button", name="Add", exact=True).click()
    settle(page)
    sidebar.get_by_role("button", name="files").click()
    value = page.get_by_label("Value", exact=True)
    write(value, "Bearer sesame-4711")
    page.get_by_role("button", name="Set the header").click()
    expect(value).to_have_value("")
    settle(page)
    page.keyboard.press("Escape")
    ask(page, "Which teas are there?")
    expect(page.get_by_text("Files: list answered")).to_be_visible()
    settle(page)
    assert "sesame-4711" in str(gemini.seen[-1].body)
    page.get_by_role("button", name="More").last.click()
    page.get_by_text("Inspect", exact=True).click()
    for tab in ("Request", "Response", "Code"):
        page.get_by_role("tab", name=tab).click()
        settle(page)
    expect(page.get_by_text("MCP_FILES_AUTHORIZATION")).to_be_visible()
    look_at(page, "chat-mcp")
    page.set_viewport_size({"width": 1400, "height": 900})
    settle(page)
    page.get_by_role("button", name="More").last.click()
    page.get_by_text("Compare with generateContent", exact=True).click()
    expect(page.get_by_text("B: generateContent")).to_be_visible()
    expect(seen(page, "Two: green and black.")).to_be_visible()
    settle(page)
    shows_no_error(page)
    page.reload()
    expect(seen(page, "Two: green and black.")).to_be_visible()
    settle(page)
    look_at(page, "compare-apis")
    assert any(b"mcp.example.com" in frame for frame in received)
    assert not [frame for frame in received if b"sesame" in frame]
    assert "sesame" not in page.content()
