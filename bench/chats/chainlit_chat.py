"""The chat to compare with: Chainlit's tutorial of a streamed answer with Gemini's SDK put in.

It is what https://docs.chainlit.io/advanced-features/streaming and its integrations teach: the
SDK's asynchronous client, and a token sent for each chunk.
"""

import chainlit as cl
from google import genai

client = genai.Client()


@cl.on_chat_start
async def begin():
    """A chat of the SDK for each session."""
    cl.user_session.set("chat", client.aio.chats.create(model="gemini-2.5-flash"))


@cl.on_message
async def answer(message: cl.Message):
    """Stream the answer to a prompt."""
    reply = cl.Message(content="")
    async for chunk in await cl.user_session.get("chat").send_message_stream(message.content):
        if chunk.text:
            await reply.stream_token(chunk.text)
    await reply.update()
