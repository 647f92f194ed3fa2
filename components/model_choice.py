"""The choice of the model that makes something: pictures, speech, videos. The sidebar's writes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from components.answer.problem import draw_problem
from components.connection import models, usable_connection
from components.keyboard import RUN
from components.markdown.literal import literal
from components.session import bound_field, state
from gemini.api.connect import Backend
from gemini.creation.choices import Output, makers
from gemini.models.availability import why_not
from gemini.run import Run

FEATURES: dict[Output, str] = {
    "image": "images",
    "audio": "speech",
    "video": "videos",
    "music": "music",
}
"""What is looked up in `gemini/data/offers.toml`."""


@dataclass
class ModelChoice:
    """The model chosen on a page, "" for none.

    `connection` is whose list it was chosen from; `ready` says whether the connection makes things
    of the kind.
    """

    page: str
    output: Output
    model: str = ""
    connection: str = ""
    backend: Backend | None = None
    ready: bool = False

    @property
    def vertex(self) -> bool:
        """Whether it is one of Vertex AI's."""
        return self.backend == "vertex"


def choose_as_in(choice: ModelChoice, run: Run) -> None:
    """Have the model of a kept run chosen, where this connection is one like that run's."""
    connection, _ = usable_connection()
    if connection is not None and connection.target.backend == run.backend:
        choice.model, choice.connection = run.request.model, connection.id


def current_model_choice(page: str, output: Output) -> ModelChoice:
    """The choice of a page in this session, output at the first call."""
    return state(f"maker-{page}", partial(ModelChoice, page, output))


def draw_model_choice(choice: ModelChoice) -> None:
    """Draw the choice, and whatever is missing for it; `choice.ready` is known from then on."""
    connection, problem = usable_connection()
    known, trouble = models(connection) if connection else ([], problem)
    choice.backend = connection.target.backend if connection else None
    listed = makers(known, choice.output, vertex=choice.vertex)
    own = connection is not None and connection.target.backend == "emulator"
    names = [n for n in listed if n in {m.name for m in known}] if own else listed
    why = _missing(choice, names)
    if why:
        st.info(why, icon=":material/info:")
    elif trouble:
        draw_problem(trouble)
    choice.ready = why is None and bool(names)
    if not names:
        choice.model = ""
        return
    _settle(choice, names, connection.id if connection else "")
    labels = {m.name: m.display_name for m in known}
    if choice.model not in names:
        names.append(choice.model)
    st.selectbox(
        "Model",
        names,
        format_func=lambda name: labels.get(name, str(name)),
        accept_new_options=True,
        help="Choose one, or type any other name.",
        **bound_field(choice, "model", f"maker-{choice.page}", "index", names),
    )


def draw_making(
    label: str, icon: str, choice: ModelChoice, complaints: Sequence[str], make: Callable[[], None]
) -> None:
    """Draw what is still missing for it, and the button that makes it."""
    for complaint in complaints:
        st.warning(literal(complaint), icon=":material/edit_note:")
    st.button(
        label,
        key=f"{choice.page}-make",
        type="primary",
        icon=f":material/{icon}:",
        shortcut=RUN,
        disabled=not choice.ready,
        on_click=make,
    )


def _missing(choice: ModelChoice, names: list[str]) -> str | None:
    """Why this connection makes nothing of the kind, in a sentence."""
    if choice.backend is None or (choice.backend == "emulator" and names):
        return None
    return why_not(FEATURES[choice.output], choice.backend)


def _settle(choice: ModelChoice, names: list[str], connection: str) -> None:
    """Keep to the model chosen, unless another connection doesn't list it."""
    if not choice.model or (choice.connection != connection and choice.model not in names):
        choice.model = names[0]
    choice.connection = connection
