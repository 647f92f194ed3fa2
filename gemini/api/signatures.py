"""Thought signatures where a call has none: made by another model, or imported without.

Gemini 3 refuses a call of the current turn that carries no signature. For calls it didn't make
itself it takes a placeholder: https://ai.google.dev/gemini-api/docs/thought-signatures (FAQ).
"""

from collections.abc import Sequence

from gemini.models.capabilities import short_name, version_of
from gemini.request import Content, Part

PLACEHOLDER = b"skip_thought_signature_validator"


def with_placeholders(contents: Sequence[Content], model: str) -> list[Content]:
    """The contents as `model` takes them: the first call of each step since the question signed.

    Only of a model that checks signatures, and only where a call has none; what was signed stays.
    """
    result = list(contents)
    if not _checks_signatures(model):
        return result
    for number in range(len(result) - 1, -1, -1):
        content = result[number]
        parts: list[Part] = content.get("parts") or []
        if content.get("role") == "model":
            result[number] = {**content, "parts": _with_placeholder(parts)}
        elif not any("function_response" in part for part in parts):
            break  # the question: what was before it isn't checked
    return result


def _checks_signatures(model: str) -> bool:
    name = short_name(model)
    return name.startswith("gemini-") and (version_of(name) >= 3 or name.endswith("-latest"))


def _with_placeholder(parts: list[Part]) -> list[Part]:
    first = next((n for n, part in enumerate(parts) if part.get("function_call")), None)
    if first is None or parts[first].get("thought_signature"):
        return parts
    signed = {**parts[first], "thought_signature": PLACEHOLDER}
    return [*parts[:first], signed, *parts[first + 1 :]]
