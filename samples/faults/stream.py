"""Keep what arrived when a stream is late, cut, silent, or no JSON any more."""

import httpx2  # the HTTP library of google-genai
from google import genai
from google.genai import errors, types

SILENCE = 6_000  # milliseconds without a byte; a model that thinks needs more
client = genai.Client(http_options=types.HttpOptions(timeout=SILENCE))


def generate(prompt: str) -> tuple[str, bool]:
    """What arrived, and whether that is all of it: only a finish reason says so."""
    text, finished = "", False
    try:
        stream = client.models.generate_content_stream(model="gemini-3.8-flash", contents=prompt)
        for chunk in stream:
            text += chunk.text or ""
            finished = finished or bool(chunk.candidates and chunk.candidates[0].finish_reason)
    except (httpx2.HTTPError, errors.APIError, errors.UnknownApiResponseError) as error:
        print(f"The stream broke: {type(error).__name__}")
    return text, finished


text, finished = generate("Name three moons of Jupiter.")
print(text)
print("That is all of it." if finished else "This is not the whole answer. Send it again?")
