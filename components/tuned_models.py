"""The tuned models of this key or project: listed on demand, used at a click.

Where others ask with the same key, a person sees those that they began to tune here.
"""

from typing import Any

import streamlit as st

from components.calls import draw_calls
from components.connection import current_connection, of_connection
from components.markdown.literal import literal
from components.own_things import draw_whose, own_of
from components.resource_list import ResourceList
from components.settings.run_settings import current_settings, use_model
from gemini.api.call import Method
from gemini.resources.tunings import Tuned, listing, tuned_of

LISTED = "models-tuned"  # session state


class TunedList(ResourceList[Tuned]):
    """The tuned models of one connection, as far as listed."""

    UNNAMED = True

    @property
    def own(self) -> list[Tuned]:
        """Those to be shown. A tuning is known by its job: it had no other name when it began."""
        return own_of(self.items, lambda one: one.job or one.name)

    def listing(self, page_token: str | None) -> Method:
        connection = current_connection()
        assert connection is not None
        return listing(connection.target.backend, page_token)

    def item_of(self, entry: Any) -> Tuned:
        return tuned_of(entry)


def draw_tuned() -> None:
    """Draw the tuned models, and the call that lists them when somebody wants to see them."""
    tuned = of_connection(LISTED, TunedList)
    if tuned.listed:
        draw_whose("models-tuned")
    own = tuned.own
    for number, one in enumerate(own):
        _draw_one(one, number)
    if tuned.listed and not own:
        st.caption("None of them is yours." if tuned.items else "None for this key or project.")
    draw_calls(tuned.calls, "models-tuned", tuned.refresh)
    with st.container(horizontal=True, gap="small"):
        if tuned.more:
            st.button("Show more", on_click=tuned.show_more)
        if tuned.listed:
            st.button("Refresh", key="models-tuned-refresh", icon=":material/refresh:",
                      type="tertiary", on_click=tuned.refresh)  # fmt: skip
        elif not tuned.calls.busy and not tuned.calls.latest:
            st.button("List tuned models", icon=":material/tune:", on_click=tuned.refresh)


def _draw_one(one: Tuned, number: int) -> None:
    about = [one.base_model, one.state.removeprefix("JOB_STATE_").lower()]
    about += [f"{one.created:%d %b %Y}"] if one.created else []
    used = current_settings().model.name == one.name
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        facts = " · ".join(literal(fact) for fact in about if fact)
        st.markdown(f"**{literal(one.title)}**  \n:small[:gray[{facts}]]", width="stretch")
        st.button(
            "In use" if used else "Use for this session",
            key=f"models-tuned-{one.name or number}",
            disabled=used or not one.name,
            on_click=use_model,
            args=(one.name,),
        )
