"""What the emulator has not of the Interactions API, and what can't go together: said by name."""

from emulator.errors import ApiError
from emulator.interactions.messages import CreateInteraction, invalid

TOOLS = {
    "google_search": "Google Search",
    "url_context": "access to the web",
    "google_maps": "Google Maps",
    "code_execution": "place to run code",
    "file_search": "file search stores",
    "mcp_server": "way to MCP servers",
    "computer_use": "computer to use",
    "tool_search": "search among tools",
    "retrieval": "retrieval",
}
"""Tools that nothing here stands in for, as a sentence names them."""

MODELS = {
    "gemini-omni": "can't generate videos. Gemini Omni does",
    "veo": "can't generate videos. Gemini Omni does",
    "lyria": "can't generate music. Lyria does",
    "genie": "can't generate worlds. Genie does",
}
"""Models that are refused by name, by the beginning of it."""

ABSENT = {
    "agent": "agents",
    "agent_config": "agents",
    "environment": "environments",
    "webhook_config": "webhooks",
}
"""Fields of a request that nothing here stands in for, as a sentence names them."""

MEDIA = {
    "image_config": "images",
    "video_config": "videos",
    "transcription_config": "transcription by words",
}


def check(request: CreateInteraction) -> None:
    """Raises ApiError 400 for what the emulator has not, by name, or what can't go together."""
    if request.model and request.agent:
        raise invalid("Only one of 'model' and 'agent' can be set.")
    for field, absent in ABSENT.items():
        if getattr(request, field):
            named = f", so not {request.agent}. Google runs it" if field == "agent" else ""
            raise not_here(f"has no {absent}{named}")
    if not request.model:
        raise invalid("Either 'model' or 'agent' is required.")
    for begin, refusal in MODELS.items():
        if request.model.removeprefix("models/").startswith(begin):
            raise not_here(refusal)
    if request.background and not request.store:
        raise invalid("'background' needs 'store': what runs in the background is kept.")
    if request.continuation_token:
        raise invalid("The continuation_token is invalid: no interaction here ever needs one.")
    for field, what in MEDIA.items():
        if getattr(request.generation_config, field) is not None:
            raise not_here(f"can't generate {what} in interactions")
    for tool in request.tools:
        if (kind := str(tool.get("type", ""))) in TOOLS:
            raise not_here(f"has no {TOOLS[kind]}, so not the tool {kind}")


def not_here(refusal: str) -> ApiError:
    """The error for what Gemini does and the emulator doesn't: "The emulator `refusal`"."""
    end = "" if ". " in refusal else ". Gemini does"
    return invalid(f"The emulator {refusal}{end}, with a Gemini API key.")
