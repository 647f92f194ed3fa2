"""Send it again when the API can't answer for now: 429, 500, 503."""

import random
import time

from google import genai
from google.genai import errors

WORTH_ANOTHER_TRY = {408, 429, 500, 502, 503, 504}
client = genai.Client()  # the key comes from GEMINI_API_KEY


def seconds_to_wait(error: errors.APIError, attempt: int) -> float:
    """What RetryInfo asks for; without one, longer each time, and never all clients at once."""
    details = error.details.get("error", {}).get("details", [])
    for detail in details:
        if detail["@type"].endswith("RetryInfo"):
            return float(detail["retryDelay"].removesuffix("s"))
    return min(2 ** (attempt - 1), 30) * random.uniform(0.5, 1)


def generate(prompt: str, attempts: int = 5) -> str | None:
    attempt = 0
    while True:
        attempt += 1
        try:
            response = client.models.generate_content(model="gemini-3.8-flash", contents=prompt)
            return response.text
        except errors.APIError as error:
            if error.code not in WORTH_ANOTHER_TRY or attempt == attempts:
                raise
            seconds = seconds_to_wait(error, attempt)
            print(f"{error.code} {error.status}: trying again in {seconds:.1f} s")
            time.sleep(seconds)


print(generate("Name three moons of Jupiter."))
