"""Say where the key comes from when it is refused, and never what it is."""

import sys

from google import genai
from google.genai import errors

client = genai.Client()  # the key comes from GEMINI_API_KEY


def is_about_the_key(error: errors.ClientError) -> bool:
    details = error.details.get("error", {}).get("details", [])
    reasons = {detail.get("reason") for detail in details}
    return error.code == 401 or "API_KEY_INVALID" in reasons


def generate(prompt: str) -> str | None:
    try:
        return client.models.generate_content(model="gemini-3.8-flash", contents=prompt).text
    except errors.ClientError as error:
        if not is_about_the_key(error):
            raise
        sys.exit("The key in GEMINI_API_KEY was refused. Check it in Google AI Studio.")


print(generate("Name three moons of Jupiter."))
