"""The tuned models of this key or project: listed on demand, used at a click."""

from dataclasses import dataclass, field

import streamlit as st

from components.calls import Calls, Steps, draw_calls
from components.connection import current_connection, of_connection
from components.markdown.literal import literal
from components.own_things import is_shared
from components.settings.run_settings import current_settings, use_model
from gemini.resources.tunings import Tuned, listing, tuned_of

LISTED = "models-tuned"  # session state


@dataclass
class TunedList:
    """The tuned models of one connection, as far as listed; `more` is the next page's token."""

    connection: str
    models: list[Tuned] = field(default_factory=list)
    more: str | None = None
    listed: bool = False
    calls: Calls = field(default_factory=Calls)

    def refresh(self) -> None:
        """List them anew."""
        self.calls.begin(self._list(None))

    def show_more(self) -> None:
        """List the next page of them as well."""
        self.calls.begin(self._list(self.more))

    def _list(self, page_token: str | None) -> Steps:
        connection = current_connection()
        assert connection is not None
        call = yield listing(connection.target.backend, page_token)
        if call.problem:
            return
        before = self.models if page_token else []
        self.models, self.more = [*before, *tuned_of(call.response)], call.next_page_token
        self.listed = True


def draw_tuned() -> None:
    """Draw the tuned models, and the call that lists them when somebody wants to see them."""
    tuned = of_connection(LISTED, TunedList)
    if tuned.models and is_shared():
        st.caption(":material/group: Everybody's: the key of this server is shared.")
    for one in tuned.models:
        _draw_one(one)
    if tuned.listed and not tuned.models:
        st.caption("None for this key or project.")
    draw_calls(tuned.calls, "models-tuned", tuned.refresh)
    with st.container(horizontal=True, gap="small"):
        if tuned.more:
            st.button("Show more", on_click=tuned.show_more)
        if tuned.listed:
            st.button("Refresh", key="models-tuned-refresh", icon=":material/refresh:",
                      type="tertiary", on_click=tuned.refresh)  # fmt: skip
        elif not tuned.calls.busy and not tuned.calls.latest:
            st.button("List tuned models", icon=":material/tune:", on_click=tuned.refresh)


def _draw_one(one: Tuned) -> None:
    about = [one.base_model, one.state.removeprefix("JOB_STATE_").lower()]
    about += [f"{one.created:%d %b %Y}"] if one.created else []
    used = current_settings().model.name == one.name
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        facts = " · ".join(literal(fact) for fact in about if fact)
        st.markdown(f"**{literal(one.title)}**  \n:small[:gray[{facts}]]", width="stretch")
        st.button(
            "In use" if used else "Use for this session",
            key=f"models-tuned-{one.name or one.title}",
            disabled=used or not one.name,
            on_click=use_model,
            args=(one.name,),
        )
