"""countTokens: the contents alone, or a whole generateContent request."""

from typing import Any

from emulator.engines import Engine
from emulator.errors import invalid_argument
from emulator.messages.requests import CountTokensRequest
from emulator.prompt import read_contents
from emulator.reply import token_details
from emulator.rules import check_contents


async def count_tokens(request: CountTokensRequest, engine: Engine) -> dict[str, Any]:
    """`{"totalTokens", "promptTokensDetails"}`, in the engine's own tokens."""
    whole = request.generate_content_request
    if whole is not None and request.contents:
        message = "Only one of contents and generate_content_request may be set."
        raise invalid_argument(message)
    owner = "CountTokensRequest" if whole is None else "GenerateContentRequest"
    contents = request.contents if whole is None else whole.contents
    system = None if whole is None else whole.system_instruction
    check_contents(contents, owner)
    reading = await read_contents(contents, system, engine)
    tokens = await reading.tokens_by_modality(engine)
    return {"totalTokens": sum(tokens.values()), "promptTokensDetails": token_details(tokens)}
