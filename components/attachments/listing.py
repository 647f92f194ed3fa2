"""The list of attachments: what each is, what it costs, how it travels, and its order."""

from functools import partial

import streamlit as st

from components.answer.problem import draw_problem
from components.attachments.state import Attachments, parts_of
from components.connection import current_connection
from components.counting import draw_counting
from components.files.uploaded import draw_location
from components.markdown.literal import literal
from components.session import bound
from components.settings.run_settings import current_settings
from gemini.format import counted, size
from gemini.media.attachment import Attachment
from gemini.media.encodings import ENCODINGS
from gemini.media.subtitles import clock
from gemini.models.availability import why_not
from gemini.models.estimate import estimate_tokens
from gemini.models.tokens import begin_count
from gemini.resources.files import known_file

FIRST, UP, REMOVE = "Move to the front", "Move up", "Remove"
ICONS = {
    FIRST: ":material/vertical_align_top: ",
    UP: ":material/arrow_upward: ",
    REMOVE: ":material/delete: ",
}
TRAVELS = {"auto": "By size", "inline": "Inline", "files": "Files API"}


def draw_attachments(attachments: Attachments) -> None:
    """Draw a line for each medium, then the tokens and the way they travel."""
    media = attachments.media
    with st.container(gap="xsmall"):
        for number, one in enumerate(media, 1):
            _draw_line(attachments, one, number, len(media))
    _draw_tokens(attachments)


def facts(one: Attachment) -> str:
    """What is known of an attachment, in a few words: its extent and its size."""
    parts = []
    if one.pixels:
        parts.append(f"{one.pixels[0]:,} x {one.pixels[1]:,}")
    if one.pages:
        parts.append(counted(one.pages, "page"))
    if one.pages and not one.has_text:
        parts.append("scanned")
    if one.seconds is not None:
        parts.append(clock(one.seconds))
    return " · ".join([*parts, one.where or size(len(one.data))])


def _draw_line(attachments: Attachments, one: Attachment, number: int, count: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        marker = f"**{number}** " if count > 1 else ""
        way = "by URL" if one.remote else "inline"
        way = "Files API" if attachments.goes_to_files(one) else way
        name = literal(one.name)
        about = f"{marker}{name}  \n:small[:gray[{facts(one)} · {way}{_until(one)}]]"
        st.markdown(about, width="stretch")
        _draw_actions(attachments, one, number)
    if one.note:
        st.caption(f":material/info: {one.note[0].upper()}{one.note[1:]}.")
    if one.encoding:
        _draw_encoding(attachments, one)
    if one.warning:
        st.warning(one.warning, icon=":material/warning:")


def _draw_encoding(attachments: Attachments, one: Attachment) -> None:
    """Draw the choice of another encoding for a text that was read by a guess."""
    digest, encodings = one.digest, list(ENCODINGS)

    def read(encoding: str) -> None:
        attachment = next((a for a in attachments.media if a.digest == digest), None)
        if attachment is not None:
            attachments.read_as(attachment, encoding)

    st.selectbox(
        "Encoding",
        encodings,
        help="Choose another if letters look wrong.",
        width=200,
        **bound(
            f"encoding-{attachments.page}-{digest[:16]}", one.encoding, read, "index", encodings
        ),
    )


def _draw_actions(attachments: Attachments, one: Attachment, number: int) -> None:
    digest = one.digest  # Streamlit keeps callbacks for long; with the bytes they'd stay too
    key = f"attachment-{attachments.page}-{digest[:16]}"
    if number == 1:
        st.button(
            REMOVE,
            key=key,
            icon=":material/close:",
            type="tertiary",
            on_click=lambda: _arrange(attachments, digest, REMOVE),
        )
        return
    st.menu_button(
        "Arrange",
        [FIRST, UP, REMOVE],
        key=f"{key}-menu",
        icon=":material/more_vert:",
        type="tertiary",
        format_func=lambda action: ICONS[action] + action,
        on_click=lambda: _arrange(attachments, digest, st.session_state[f"{key}-menu"]),
    )


def _until(one: Attachment) -> str:
    connection = current_connection()
    file = known_file(connection, one) if connection else None
    return f", stored until {file.expires:%d %b %H:%M} UTC" if file else ""


def _arrange(attachments: Attachments, digest: str, action: str | None) -> None:
    media = attachments.media
    place = next((n for n, a in enumerate(media) if a.digest == digest), None)
    if place is None:
        return
    one = media.pop(place)
    if action == FIRST:
        media.insert(0, one)
    elif action == UP:
        media.insert(max(place - 1, 0), one)
    attachments.arrange(media)


def _draw_tokens(attachments: Attachments) -> None:
    """The estimate, or the count that was asked for, and whether it fits into the model."""
    settings = current_settings()
    resolution = settings.values.get("media_resolution")
    media, limit = attachments.media, settings.model.input_token_limit
    key = " ".join([settings.model.name, *(a.digest for a in media)])
    counting = attachments.counts.get(key)
    call = counting.call if counting else None
    failed = call.problem if call else None
    count = call.response.total_tokens if call and not failed else None
    each = [
        estimate_tokens(
            [one], model=settings.model.name, media_resolution=resolution, clips=attachments.clips
        )
        for one in media
    ]
    tokens = count or sum(each)
    text = f"{counted(tokens, 'token')}, counted" if count else _estimate(tokens, each.count(0))
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Count",
            key=f"count-{attachments.page}",
            icon=":material/tag:",
            type="tertiary",
            help="Send the media to the API to have their tokens counted; this costs nothing.",
            disabled=not media or (counting is not None and not failed),
            on_click=lambda: _count(attachments, key),
        )
        if counting is not None and call is None:
            draw_counting(counting)
        with st.popover("Sending", icon=":material/outbox:", type="tertiary"):
            _draw_travel(attachments)
            if "image" in attachments.kinds:
                draw_location()
    # Below the buttons, which they would move from under the click: they change with what is typed.
    if limit and tokens > limit:
        st.warning(
            f"{text}: more than the {limit:,} that {settings.model.name} reads. "
            "Remove some, or choose another model.",
            icon=":material/warning:",
        )
    elif limit:
        share = tokens / limit
        st.progress(share, f":small[:gray[{text}, {share:.1%} of {limit:,}]]")
    else:
        st.caption(text)
    if failed:
        draw_problem(failed)


def _estimate(tokens: int, unknown: int) -> str:
    """The estimate in words; `unknown` files have a length that nobody here knows."""
    if unknown and not tokens:
        return "Tokens unknown: the length isn't known"
    more = f", and {counted(unknown, 'file')} of unknown length" if unknown else ""
    return f"About {counted(tokens, 'token')}, estimated{more}"


def _draw_travel(attachments: Attachments) -> None:
    connection = current_connection()
    if connection is not None and (why := why_not("files", connection.target.backend)):
        st.caption(f":material/info: {why}")
        return
    st.segmented_control(
        "Send media",
        list(TRAVELS),
        format_func=TRAVELS.__getitem__,
        required=True,
        help="Inline in the request, or uploaded first to the Files API, which stores them for 48 "
        "hours. Media already sent stay as they are.",
        **bound(
            f"travel-{attachments.page}",
            attachments.travel,
            partial(setattr, attachments, "travel"),
            "default",
        ),
    )
    if attachments.travel == "auto":
        st.number_input(
            "Use the Files API above, MB",
            1.0,
            100.0,
            step=1.0,
            **bound(
                f"limit-{attachments.page}",
                max(attachments.limit / 1e6, 1.0),
                lambda megabytes: setattr(attachments, "limit", int(megabytes * 1e6)),
            ),
        )


def _count(attachments: Attachments, key: str) -> None:
    """Have the media counted; `counts` will have the answer."""
    connection = current_connection()
    if connection is None:
        return
    media = attachments.media
    stored = {a.digest: file for a in media if (file := known_file(connection, a))}
    contents = [{"role": "user", "parts": parts_of(media, stored)}]
    attachments.counts[key] = begin_count(connection, current_settings().model.name, contents)
