"""What the song is to be: its description, lyrics and pictures; and the button that begins it."""

import streamlit as st

from components.files.picture_list import draw_picture_list
from components.model_choice import draw_making, draw_model_choice
from components.prices import price_before
from components.session import bound_field
from components.setup_link import linked_prompt
from gemini.creation.choices import song_length
from gemini.creation.music import most_pictures
from pages.create_music.state import PAGE, CreateMusicState


def draw_form(state: CreateMusicState) -> None:
    """Draw the fields, and the button that begins the song."""
    state.prompt = linked_prompt(PAGE, state.prompt)
    draw_model_choice(state.maker)
    st.text_area(
        "Prompt",
        height=110,
        placeholder="Genre, mood, instruments, tempo, key, what it is about",
        help="Lyrics come in the language of the prompt. Times say what happens when: "
        "`[0:00 - 0:15] Intro: piano alone`.",
        **bound_field(state, "prompt", PAGE),
    )
    st.toggle(
        "Instrumental",
        help="Ends the prompt with: Instrumental only, no vocals.",
        **bound_field(state, "instrumental", PAGE),
    )
    _draw_lyrics(state)
    _draw_pictures(state)
    draw_making("Generate the song", "music_note", state.maker, state.complaints, state.begin)
    if state.maker.model:
        st.caption(_about(state.maker.model))


def _draw_lyrics(state: CreateMusicState) -> None:
    title = "Your lyrics" if state.lyrics.strip() else "Lyrics"
    with st.expander(title, icon=":material/lyrics:", type="compact"):
        st.text_area(
            "Lyrics",
            height=200,
            placeholder="[Verse]\n...\n\n[Chorus]\n...",
            help="Sung as they are; without any, the model writes them. `[Verse]`, `[Chorus]` and "
            "`[Bridge]` say what is what.",
            disabled=state.instrumental,
            **bound_field(state, "lyrics", PAGE),
        )
        if state.instrumental and state.lyrics.strip():
            st.caption("They stay here and aren't sent: an instrumental has no vocals.")


def _draw_pictures(state: CreateMusicState) -> None:
    count, most = len(state.pictures.pictures), most_pictures()
    title = f"Images ({count})" if count else "Images"
    with st.expander(title, icon=":material/image:", type="compact", key=f"{PAGE}-images"):
        st.caption(f"Up to {most} images that set the mood and content of the music.")
        draw_picture_list(state.pictures, f"{PAGE}-pictures", "Add images", most)


def _about(model: str) -> str:
    """How long its songs are, what they cost, and what there is to know."""
    price = price_before(model, "", None)
    said = [
        f"Length: {song_length(model)}.",
        price or "",
        "From the sidebar, only the Service settings are used.",
    ]
    return " ".join(filter(None, said))
