"""The chat to compare with: Gradio's chat tutorial with Gemini's SDK put in.

It is what https://www.gradio.app/guides/creating-a-chatbot-fast teaches. One thing is set that the
tutorial leaves: by default Gradio answers one prompt at a time, and thirty would queue.
"""

import gradio as gr
from google import genai
from google.genai import types

client = genai.Client()


def _content(message):
    text = "".join(part["text"] for part in message["content"] if part["type"] == "text")
    role = "model" if message["role"] == "assistant" else "user"
    return types.Content(role=role, parts=[types.Part(text=text)])


def answer(message, history):
    """The answer so far, again and again, as Gradio wants it."""
    contents = [_content(earlier) for earlier in history]
    contents.append(types.Content(role="user", parts=[types.Part(text=message)]))
    text = ""
    for chunk in client.models.generate_content_stream(model="gemini-2.5-flash", contents=contents):
        text += chunk.text or ""
        yield text


gr.ChatInterface(answer, title="Chat", concurrency_limit=None).launch()
