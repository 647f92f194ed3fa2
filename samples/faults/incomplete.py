"""Ask again when an answer was cut short, came empty, or was to be a call and went wrong."""

from google import genai

client = genai.Client()  # the key comes from GEMINI_API_KEY


def generate(prompt: str, room: int = 1_000, attempts: int = 3) -> str:
    for _ in range(attempts):
        response = client.models.generate_content(
            model="gemini-3.8-flash", contents=prompt, config={"max_output_tokens": room}
        )
        candidate = response.candidates[0]
        reason = candidate.finish_reason.name if candidate.finish_reason else "none"
        if reason == "MAX_TOKENS":
            room *= 2  # thoughts count as well
        elif reason == "STOP" and candidate.content and candidate.content.parts:
            return response.text or ""
        print(f"No whole answer ({reason}). Asking again, with room for {room} tokens")
    raise RuntimeError(f"No whole answer after {attempts} attempts")


print(generate("Name three moons of Jupiter."))
