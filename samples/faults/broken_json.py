"""Check JSON where the error can be caught, and ask again with what was wrong."""

from google import genai
from pydantic import BaseModel, ValidationError


class Person(BaseModel):
    name: str
    born: int


client = genai.Client()  # the key comes from GEMINI_API_KEY
CONFIG = {"response_mime_type": "application/json", "response_schema": Person}


def generate(prompt: str, attempts: int = 3) -> Person:
    correction = ""
    for _ in range(attempts):
        response = client.models.generate_content(
            model="gemini-3.8-flash", contents=prompt + correction, config=CONFIG
        )
        try:
            return Person.model_validate_json(response.text or "")
        except ValidationError as error:
            wrong = error.errors()[0]["msg"]
            print(f"Not what was asked for: {wrong}. Asking again")
            correction = f"\n\nYour last answer could not be read: {wrong}."
    raise RuntimeError(f"No valid JSON after {attempts} attempts")


print(generate("Ada Lovelace was born in 1815."))
