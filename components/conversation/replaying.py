"""A conversation played again from its first turn, or one turn of it after those before it."""

import streamlit as st

from components.conversation.state import PARAMETER, Chat
from components.player.player import play
from gemini.conversation import Turn
from gemini.demo.pack import Pack, PackError, scene_of, scene_of_conversation


def replay(chat: Chat, turn: Turn | None = None) -> None:
    """Have it played; a word where that can't be. For a widget's callback."""
    conversation = chat.conversation
    try:
        if turn is not None and turn.run is not None:
            scene = scene_of(chat.page, turn.run, conversation)
        else:
            scene = scene_of_conversation(chat.page, conversation)
    except PackError as error:
        st.toast(str(error), icon=":material/error:")
    else:
        play(Pack(scenes=[scene]), origin=(chat.page, {PARAMETER: conversation.id}))
