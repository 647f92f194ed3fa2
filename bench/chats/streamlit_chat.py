"""The chat to compare with: Streamlit's chat tutorial with Gemini's SDK put in.

It is what https://docs.streamlit.io/develop/tutorials/chat-and-llm-apps teaches, and is
deliberately left as it is: the benchmark measures what people get who follow it.
"""

import streamlit as st
from google import genai


@st.cache_resource
def get_client() -> genai.Client:
    """One client for the server; the key and the base URL come from the environment."""
    return genai.Client()


st.title("Chat")

if "chat" not in st.session_state:
    st.session_state.chat = get_client().chats.create(model="gemini-2.5-flash")
    st.session_state.messages = []

for message in st.session_state.messages:
    with st.chat_message(message["role"]):
        st.markdown(message["content"])

if prompt := st.chat_input("Say something"):
    st.session_state.messages.append({"role": "user", "content": prompt})
    with st.chat_message("user"):
        st.markdown(prompt)
    with st.chat_message("assistant"):
        stream = st.session_state.chat.send_message_stream(prompt)
        answer = st.write_stream(chunk.text for chunk in stream)
    st.session_state.messages.append({"role": "assistant", "content": answer})
