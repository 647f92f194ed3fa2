"""Where code sends its request: the variables it reads, and what it says of them."""

from gemini.api.connect import Target

EMULATOR_PORT = 8642
"""The port in the hint on how to start the emulator alone; any free one will do."""


def environment_hint(target: Target) -> list[str]:
    """Which variables the code reads, in sentences for a comment."""
    if target.backend == "vertex":
        return [*_vertex_hint(target), *_server_hint(target, "GOOGLE_VERTEX_BASE_URL")]
    if target.backend == "gemini":
        return ["The key is read from the environment variable GEMINI_API_KEY."]
    return [
        *_server_hint(target, "GOOGLE_GEMINI_BASE_URL"),
        "GEMINI_API_KEY must be set too, to anything where the server takes no key.",
    ]


def is_express(target: Target) -> bool:
    """Whether Vertex AI is asked with a key rather than for a project."""
    return target.backend == "vertex" and target.project is None


def _vertex_hint(target: Target) -> list[str]:
    if is_express(target):
        return ["The key is read from the environment variable GOOGLE_API_KEY."]
    return [
        "The project is read from the environment variable GOOGLE_CLOUD_PROJECT.",
        "Sign in once with: gcloud auth application-default login",
    ]


def _server_hint(target: Target, variable: str) -> list[str]:
    if target.backend == "emulator":
        return [
            f"The server's address is read from the environment variable {variable}.",
            f"Start the emulator with: python -m emulator --port {EMULATOR_PORT}",
            f"Its address is then http://127.0.0.1:{EMULATOR_PORT}.",
        ]
    if target.base_url is None and target.backend == "vertex":
        return []
    return [f"The server's address is read from the environment variable {variable}."]
