"""A link to a page as it is set: the model, the settings, a prompt; made here, and opened.

Opening one sends nothing. Where it begins a session it is taken at once and said; later it asks
first, since somebody may have set or typed something else by then.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from components.answer.clipboard import copy
from components.markdown.literal import literal
from components.navigation import link_here
from components.pieces import QR_WIDTH, draw_qr
from components.session import bound, state
from components.settings.run_settings import RunSettings, current_settings, put_in_force
from gemini.links import LinkError
from gemini.request import Request
from gemini.run import Run
from gemini.setup import LEFT_AT_HOME, Setup, from_link, setup_of, to_link, unusable

PARAMETER = "setup"  # of the page's address
BEGUN = ("c", "run")  # parameters of an address whose page goes on with something of its own
STATE = "setup-link"
LONG = 400  # characters of a link that is scrolled in its field


@dataclass
class SetupLinkState:
    """Links in one session. `link` was looked at last, on `page`: `waiting` is what it brings,
    until somebody says so; `said` and `problem` are about it. `prompts` are on their way to a
    page's field, `current` those that the pages had last, `own` what goes into a link instead.
    `copying` is a link on its way to the clipboard, `shown_on` the page whose dialog is open.
    """

    begun: bool = False
    link: str = ""
    page: str = ""
    waiting: Setup | None = None
    said: str = ""
    problem: str = ""
    left_out: tuple[str, ...] = ()
    prompts: dict[str, str] = field(default_factory=dict)
    current: dict[str, str] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)
    copying: str = ""
    shown_on: str = ""

    def open(self, link: str, page: str) -> None:
        """Read a link that the address of a page brings."""
        self.clear()
        self.link, self.page = link, page
        try:
            self.waiting, self.left_out = from_link(link)
        except LinkError as error:
            self.problem = f"This link can't be opened: {error}. Nothing was changed."

    def use(self) -> None:
        """Have what a link brings in force, its prompt in the page's field. Nothing is sent."""
        if (setup := self.waiting) is None:
            return
        self.waiting = None
        settings = current_settings()
        request = setup.request if setup.model else _with_model(setup, settings.model.name)
        names, offered = put_in_force(Run(request))
        if not offered and setup.model:
            missing = f"{setup.model} isn't available here; {settings.model.display_name} is used."
            self.left_out = (missing, *self.left_out)
        odd = unusable(setup, settings.model, vertex=settings.vertex)
        self.left_out = (*self.left_out, *odd)
        self.said = f"Set by the link: {', '.join(names)}." if names else "Opened from a link."
        if setup.prompt:
            self.prompts[self.page] = setup.prompt
            self.said += " Its prompt is in the field."
        self.said += " Nothing has been sent."

    def show(self, page: str) -> None:
        """Open the dialog on a page."""
        self.shown_on = page

    def hide(self) -> None:
        """Close it."""
        self.shown_on = self.copying = ""

    def clear(self) -> None:
        """Forget the last link, what waits of it as well."""
        self.waiting, self.said, self.problem, self.left_out = None, "", "", ()


def _with_model(setup: Setup, model: str) -> Request:
    return Request(model, [], dict(setup.config), setup.method)


def _state() -> SetupLinkState:
    return state(STATE, SetupLinkState)


def linked_prompt(page: str, current: str) -> str:
    """The prompt that a link has brought to a page, once; else `current`, the one that is there.

    A link to the page's setup is offered with it.
    """
    links = _state()
    prompt = links.prompts.pop(page, current)
    if links.current.get(page) != prompt:
        links.own.pop(page, None)
    links.current[page] = prompt
    return prompt


def take_setup(page: str) -> None:
    """Look whether the address of a page brings a setup, and say what of it is in force.

    To be called by every run of the script, after the settings were drawn and before the page.
    """
    links = _state()
    first, links.begun = not links.begun, True
    begun = any(name in st.query_params for name in BEGUN)
    if begun and st.query_params.pop(PARAMETER, None):
        links.clear()
    link = st.query_params.get(PARAMETER, "")
    if link and link != links.link:
        links.open(link, page)
        if first and links.waiting:
            links.use()
            st.rerun()  # the settings, which were drawn before
    if links.page == page:
        _draw_notice(links)
    if links.shown_on == page:
        st.dialog(
            "Link to this setup", width="medium", icon=":material/link:", on_dismiss=links.hide
        )(_draw_link)(links, page)
    else:
        links.hide()  # it doesn't follow somebody to another page


def _draw_notice(links: SetupLinkState) -> None:
    lines = "".join(f"\n- {literal(line)}" for line in links.left_out)
    if links.problem:
        _draw_dismissible(links, st.error, literal(links.problem), "link_off")
    elif links.waiting:
        prompt = " and a prompt" if links.waiting.prompt else ""
        about = f"This link brings a model, settings{prompt}. Use them in place of what is here?"
        st.info(f"{about}{lines}", icon=":material/link:")
        with st.container(horizontal=True):
            st.button("Use them", key="setup-use", type="primary", on_click=links.use)
            st.button("Keep what's here", key="setup-keep", on_click=links.clear)
    elif links.said:
        _draw_dismissible(links, st.info, f"{literal(links.said)}{lines}", "link")


def _draw_dismissible(
    links: SetupLinkState, draw: Callable[..., object], text: str, icon: str
) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        draw(text, icon=f":material/{icon}:", width="stretch")
        st.button("Dismiss", key="setup-dismiss", type="tertiary", on_click=links.clear)


def draw_setup_link(page: str) -> None:
    """Draw the button that opens the dialog with a link to a page as it is set then."""
    st.button(
        "Link to this setup",
        key="open-setup-link",
        icon=":material/link:",
        type="tertiary",
        on_click=_state().show,
        args=(page,),
    )


def _draw_link(links: SetupLinkState, page: str) -> None:
    key, settings = f"setup-link-{page}", current_settings()
    typed = _draw_prompt(links, page, f"{key}-prompt") if page in links.current else ""
    try:
        link = link_here(PARAMETER, to_link(_setup(settings, typed)))
    except LinkError as error:
        st.warning(
            f"No link: {error}. Shorten the prompt or the system instruction.",
            icon=":material/link_off:",
        )
        return

    def begin() -> None:
        links.copying = link

    st.button(
        "Copy link to this setup",
        key=f"{key}-copy",
        icon=":material/content_copy:",
        type="primary",
        on_click=begin,
    )
    if links.copying:
        _copy(links, f"{key}-copier")
    with st.container(horizontal=True):
        draw_qr(link)
        height = QR_WIDTH if len(link) > LONG else "content"
        st.code(link, language=None, wrap_lines=True, height=height, width="stretch")
    left = [name for field_, name in LEFT_AT_HOME.items() if settings.values.get(field_)]
    without = ", ".join(["keys and files", *(name.removeprefix("the ") for name in left)])
    st.caption(f"Without {without}. Nothing is sent until the person who opens it does.")


def _draw_prompt(links: SetupLinkState, page: str, key: str) -> str:
    def change(text: str) -> None:
        links.own[page] = text

    prompt = links.own.get(page, links.current[page])
    return st.text_area("Prompt for the field", height=90, **bound(key, prompt, change)) or ""


def _setup(settings: RunSettings, prompt: str) -> Setup:
    """What is set now. A cached content would keep the system instruction away."""
    values = {k: v for k, v in settings.values.items() if k not in LEFT_AT_HOME}
    config = RunSettings(settings.chosen, settings.model, values, settings.vertex).config()
    return setup_of(Request(settings.model.name, [], config, settings.method), prompt)


def _copy(links: SetupLinkState, key: str) -> None:
    def then(copied: bool) -> None:
        links.copying = ""
        if copied:
            st.toast("Link copied.", icon=":material/content_copy:")
        else:
            st.toast("The browser didn't let it be copied. Copy the link from the field.")

    copy(links.copying, key, then)
