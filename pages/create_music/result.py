"""The song that came: its player and download, and beside them the lyrics. And the gallery."""

import json

import streamlit as st

from components.answer.downloading import draw_download
from components.answer.figures import answered_by, draw_settings_kept
from components.answer.problem import guarded
from components.gallery import draw_gallery
from components.markdown.literal import literal
from gemini.api.methods import prompt_of
from gemini.creation.music import songs
from gemini.format import duration, file_stem, shortened
from gemini.interactions.generated_files import file_name
from gemini.media.pcm import Sound
from gemini.request import text_of
from gemini.run import Run
from pages.create_music.state import PAGE

LONGEST = 90  # characters of a prompt on a card
LYRICS_HEIGHT = 380  # pixels; more of them scroll
ENDINGS = {"mpeg": "mp3", "x-wav": "wav", "wave": "wav", "ogg_opus": "ogg"}
"""What a file ends with, where its MIME type says it otherwise."""


def draw_song(run: Run) -> None:
    """Draw what a run made: players at the left, lyrics at the right where there are some."""
    lyrics = text_of(run.candidates[0].parts).strip() if run.candidates else ""
    left, right = st.columns(2, gap="medium") if lyrics else (st.container(), None)
    with left:
        for number, song in enumerate(songs_of(run)):
            _draw_player(run, song, f"{PAGE}-{run.id}-{number}")
        _draw_addresses(run)
        draw_settings_kept(run)
    if right is not None:
        with right:
            st.markdown("**Lyrics and structure**")
            _draw_lyrics(lyrics)


def draw_songs(session: list[Run]) -> None:
    """Draw the songs of this session and of the history, the latest first."""
    draw_gallery(PAGE, session, songs_of, _draw_card, columns=2, icon="library_music")


def songs_of(run: Run) -> list[Sound]:
    """The songs that a run made."""
    return songs([part for candidate in run.candidates for part in candidate.parts])


def _draw_addresses(run: Run) -> None:
    """Draw the way to songs that weren't downloaded, and where others are that came by address."""
    parts = run.candidates[0].parts if run.candidates else []
    if any(map(file_name, parts)):
        draw_download(run, "The song", f"{PAGE}-bring-{run.id}")
    for part in parts:
        if (file := part.get("file_data")) and not file_name(part):
            st.markdown("The song isn't here. The model gave its address:")
            st.code(file.get("file_uri") or "", language=None, wrap_lines=True)


def _draw_player(run: Run, song: Sound, key: str) -> None:
    with guarded("This song"):
        st.audio(song.data, format=song.mime_type)
    kind = song.mime_type.partition("/")[2].partition(";")[0]
    ending = ENDINGS.get(kind, kind)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            ending.upper(),
            song.data,
            file_name=f"{file_stem(prompt_of(run.request), 'song')}.{ending}",
            mime=song.mime_type,
            key=f"{key}-download",
            icon=":material/download:",
            on_click="ignore",
        )
        if song.seconds:
            st.caption(duration(song.seconds), width="content")


def _draw_lyrics(lyrics: str) -> None:
    """Draw lyrics with their lines, and a structure that came as JSON as that."""
    try:
        structure = json.loads(lyrics)
    except (ValueError, RecursionError):  # the latter: nested deeper than any song
        structure = None
    if isinstance(structure, dict | list):
        st.json(structure)
        return
    many = lyrics.count("\n") > 14
    with st.container(height=LYRICS_HEIGHT if many else "content", border=many):
        st.text(lyrics)


def _draw_card(run: Run, song: Sound, key: str) -> None:
    with st.container(border=True):
        st.markdown(f":small[{literal(shortened(prompt_of(run.request), LONGEST))}]")
        _draw_player(run, song, key)
        st.caption(answered_by(run))
