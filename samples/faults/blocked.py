"""Look at why there is no answer, or why it ends early, before using the text."""

from google import genai

BLOCKED = {"SAFETY", "RECITATION", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII", "LANGUAGE"}
client = genai.Client()  # the key comes from GEMINI_API_KEY


def generate(prompt: str) -> str | None:
    """The answer; None, with a word for the reader, where it was blocked."""
    response = client.models.generate_content(model="gemini-3.8-flash", contents=prompt)
    feedback = response.prompt_feedback
    if feedback and feedback.block_reason:
        print(f"The prompt was blocked ({feedback.block_reason.name}). Please ask another way.")
        return None
    reason = response.candidates[0].finish_reason
    if reason and reason.name in BLOCKED:
        print(f"The answer was blocked ({reason.name}). Please ask another way.")
        return None
    return response.text


print(generate("Name three moons of Jupiter."))
