"""Somebody with a page of the playground open, without a browser: Streamlit's messages alone."""

from collections.abc import Mapping
from contextlib import ExitStack

import httpx2
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

XSRF = "_streamlit_xsrf"  # the cookie
PATIENCE = 30.0  # seconds to wait for a message


class StreamlitClient:
    """A browser's cookies, and its one page, by its address: the query is what the server made it.

    `cookies` are those that it comes with, of a sign-in say.
    """

    def __init__(self, url: str, cookies: Mapping[str, str] = {}) -> None:
        self.query = ""
        self._url = url
        self._http = httpx2.Client(base_url=url, cookies=dict(cookies), timeout=PATIENCE)
        self._open = ExitStack()
        self._socket: ClientConnection | None = None
        self._session = ""
        self._field = ""

    def connect(self) -> None:
        """Connect, or connect again, as Streamlit's page does: a look at the server, the WebSocket.

        A proxy may have it go to another process from then on.
        """
        self.close()
        self._http.get("/_stcore/health").raise_for_status()
        cookies = dict(self._http.cookies.items())
        named = ("streamlit", cookies[XSRF], self._session)
        self._socket = self._open.enter_context(
            connect(
                f"{self._url.replace('http', 'ws', 1)}/_stcore/stream",
                origin=Origin(self._url),
                subprotocols=[Subprotocol(name) for name in named if name],
                additional_headers={"Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())},
                max_size=None,
            )
        )

    def load(self) -> bytes:
        """Have the page drawn; gives all that came for it, by scripts that began anew too."""
        self._send(BackMsg())
        came, message = b"", ForwardMsg()
        while not _is_drawn(message):
            frame = self._receive()
            came, message = came + frame, ForwardMsg.FromString(frame)
        return came

    def ask(self, text: str) -> None:
        """Send a prompt from the field of the page."""
        message = BackMsg()
        field = message.rerun_script.widget_states.widgets.add(id=self._field)
        field.chat_input_value.data = text
        self._send(message)

    def read(self, words: str) -> None:
        """Wait until these stand on the page."""
        while words.encode() not in self._receive():
            pass

    def close(self) -> None:
        """Close the page, if it is open."""
        self._open.close()

    def _send(self, message: BackMsg) -> None:
        assert self._socket
        message.rerun_script.SetInParent()
        message.rerun_script.query_string = self.query
        self._socket.send(message.SerializeToString())

    def _receive(self) -> bytes:
        assert self._socket
        frame = self._socket.recv(timeout=PATIENCE, decode=False)
        message = ForwardMsg.FromString(frame)
        if message.HasField("new_session"):
            self._session = message.new_session.initialize.session_id
        if message.HasField("page_info_changed"):
            self.query = message.page_info_changed.query_string
        self._field = message.delta.new_element.chat_input.id or self._field
        return frame


def _is_drawn(message: ForwardMsg) -> bool:
    end = message.script_finished
    return message.HasField("script_finished") and end == ForwardMsg.FINISHED_SUCCESSFULLY
