"""Upload a file again when the one at the Files API is gone: they are kept for 48 hours."""

import io

from google import genai
from google.genai import errors, types

client = genai.Client()  # the key comes from GEMINI_API_KEY
ORIGINAL = b"The ferry to Heron Island leaves at 10:15."


def upload() -> types.File:
    """The original, stored at the Files API."""
    return client.files.upload(file=io.BytesIO(ORIGINAL), config={"mime_type": "text/plain"})


def generate(prompt: str, file: types.File) -> str | None:
    try:
        contents = [file, prompt]
        return client.models.generate_content(model="gemini-3.8-flash", contents=contents).text
    except errors.ClientError as error:
        if error.code not in (403, 404):
            raise
        print("The file is gone. Uploading it again")
    contents = [upload(), prompt]
    return client.models.generate_content(model="gemini-3.8-flash", contents=contents).text


print(generate("When does the ferry leave?", upload()))
