"""The run setting of MCP servers: added, limited to some of their tools, opened by their headers.

The values of headers are secrets: a field is emptied as soon as its value is taken, so nothing
sends it back to the browser.
"""

from dataclasses import replace

import streamlit as st

from components.markdown.literal import literal
from components.notices import notices
from components.session import bound
from components.settings.run_settings import RunSettings
from components.settings.servers import header_values, session_servers
from gemini.settings.kinds import Setting
from gemini.tools.mcp import McpServer, header_trouble, server_trouble

USUAL_HEADER = "Authorization"


def draw_server_choice(setting: Setting, settings: RunSettings, label: str) -> None:
    """Draw the servers, each with what can be changed, and the way to add one."""
    servers: tuple[McpServer, ...] = settings.values.get(setting.name) or ()
    st.markdown(f":small[{label}]", help=setting.help)
    for number, server in enumerate(servers):
        _draw_server(settings, setting.name, number, server)
    with st.popover("Add an MCP server", icon=":material/add:", type="tertiary"):
        _draw_new(settings, setting.name)


def _draw_server(settings: RunSettings, field: str, number: int, server: McpServer) -> None:
    lacking = server.lacking(header_values())
    icon = ":material/key_off:" if lacking else ":material/dns:"
    key = f"{settings.keys}-{field}-{number}"
    with st.popover(literal(server.name or server.url), icon=icon, key=key):
        st.caption(literal(server.url))
        for header in server.headers:
            _draw_header(settings, field, server, header)
        _draw_header_form(settings, field, server, key)
        st.multiselect(
            "Allowed tools",
            list(server.allowed_tools),
            accept_new_options=True,
            placeholder="All of them",
            help="Type a tool's name and press Enter. Only Interactions can limit the tools.",
            **bound(
                f"{key}-allowed",
                list(server.allowed_tools),
                lambda names: _put(
                    settings, field, server, replace(server, allowed_tools=tuple(names))
                ),
                "default",
            ),
        )
        st.button(
            "Remove this server",
            key=f"{key}-remove",
            icon=":material/delete:",
            type="tertiary",
            on_click=_put,
            args=(settings, field, server, None),
        )


def _draw_header(settings: RunSettings, field: str, server: McpServer, header: str) -> None:
    known = header not in server.lacking(header_values())
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        about = "" if known else ": no value in this session, enter it below"
        st.caption(f":material/key: {literal(header)}{about}", width="stretch")
        st.button(
            "Remove the header",
            key=f"{settings.keys}-{field}-{server.url}-{header}-remove",
            icon=":material/close:",
            type="tertiary",
            on_click=_remove_header,
            args=(settings, field, server, header),
        )


def _draw_header_form(settings: RunSettings, field: str, server: McpServer, key: str) -> None:
    with st.form(f"{key}-header", clear_on_submit=True, border=False):
        usual = next(iter(server.lacking(header_values())), "" if server.headers else USUAL_HEADER)
        header = st.text_input("Header", usual, key=f"{key}-header-name-{usual}").strip()
        value = st.text_input("Value", type="password", autocomplete="off", key=f"{key}-value")
        said = notices(f"{key}-header")
        if st.form_submit_button("Set the header"):
            trouble = header_trouble(header, value) or ("" if value else "Enter the value too.")
            if trouble:
                said.say(trouble)
            else:
                session_servers().values[server.url, header.lower()] = value
                session_servers().added.add(server.url)
                others = tuple(h for h in server.headers if h.lower() != header.lower())
                changed = replace(server, headers=(*others, header))
                _put(settings, field, server, changed)
                st.rerun()
        said.draw()


def _draw_new(settings: RunSettings, field: str) -> None:
    servers: tuple[McpServer, ...] = settings.values.get(field) or ()
    key = f"{settings.keys}-{field}-new"
    with st.form(key, clear_on_submit=False, border=False):
        name = st.text_input("Name", key=f"{key}-name", placeholder="files").strip()
        url = st.text_input("URL", key=f"{key}-url", placeholder="https://example.com/mcp").strip()
        st.caption(
            "Gemini calls the server, so it has to be on the internet. Headers that sign in are "
            "set once it is added. The URL is shown and kept: keep keys out of it."
        )
        said = notices(key)
        if st.form_submit_button("Add", type="primary"):
            if trouble := server_trouble(name, url, {server.name: server for server in servers}):
                said.say(trouble)
            else:
                settings.values[field] = (*servers, McpServer(name, url))
                session_servers().added.add(url)
                for typed in ("name", "url"):
                    del st.session_state[f"{key}-{typed}"]
                st.rerun()
        said.draw()


def _remove_header(settings: RunSettings, field: str, server: McpServer, header: str) -> None:
    session_servers().forget(server, [header])
    others = tuple(other for other in server.headers if other != header)
    _put(settings, field, server, replace(server, headers=others))


def _put(settings: RunSettings, field: str, server: McpServer, changed: McpServer | None) -> None:
    """Have a changed server in the place of one; None removes it, with what opened it."""
    servers: tuple[McpServer, ...] = settings.values.get(field) or ()
    after = [changed if other == server else other for other in servers]
    settings.values[field] = tuple(each for each in after if each is not None)
    if changed is None:
        session_servers().forget(server, server.headers)
