"""What can't be drawn is named in its place, and the rest of the page lives.

A model, a file or an import can hold anything: bytes that are no picture, a part of a kind that is
not known yet. A page that ended there would end there for good, as it is drawn anew at each click.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

LOG = logging.getLogger(__name__)


@contextmanager
def guarded(what: str, place: DeltaGenerator | None = None) -> Iterator[None]:
    """Say that `what` can't be shown, where drawing it fails. `what` begins the sentence."""
    try:
        yield
    except Exception as error:  # whatever it is; Streamlit's own stops and reruns are none of these
        LOG.warning("%s can't be shown (%s)", what, type(error).__name__)
        (place or st).caption(f":material/hide_source: {what} can't be shown.")
