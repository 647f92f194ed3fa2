"""Choose another model when the one in the settings is no longer there."""

import os

from google import genai
from google.genai import errors

client = genai.Client()  # the key comes from GEMINI_API_KEY
MODEL = os.environ.get("GEMINI_MODEL", "gemini-2.0-flash-001")


def models_like(name: str) -> list[str]:
    """The models that generate content; first those of the same family, such as Flash."""
    family = name.split("-")[2]
    names = [
        (model.name or "").removeprefix("models/")
        for model in client.models.list()
        if "generateContent" in (model.supported_actions or [])
    ]
    return sorted((n for n in names if n != name), key=lambda n: family not in n)


def generate(prompt: str) -> str | None:
    try:
        return client.models.generate_content(model=MODEL, contents=prompt).text
    except errors.ClientError as error:
        if error.code != 404:
            raise
    other = models_like(MODEL)[0]
    print(f"{MODEL} is no longer there. Using {other}: set GEMINI_MODEL to change that")
    return client.models.generate_content(model=other, contents=prompt).text


print(generate("Name three moons of Jupiter."))
