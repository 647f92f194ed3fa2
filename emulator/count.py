"""countTokens: the contents alone, or a whole generateContent request."""

from collections.abc import Mapping
from typing import Any

from emulator.engines import Engine, Modality
from emulator.errors import invalid_argument
from emulator.messages.requests import CountTokensRequest
from emulator.prompt import FileReader, read_contents, tokens_by_modality
from emulator.reply import cached_usage, token_details
from emulator.rules import check_contents


async def count_tokens(
    request: CountTokensRequest,
    engine: Engine,
    files: FileReader,
    cached: Mapping[Modality, int],
) -> dict[str, Any]:
    """`{"totalTokens", "promptTokensDetails"}`, text in the engine's own tokens.

    `cached` are those of them that came from a cached content.
    """
    whole = request.generate_content_request
    if whole is not None and request.contents:
        message = "Only one of contents and generate_content_request may be set."
        raise invalid_argument(message)
    owner = "CountTokensRequest" if whole is None else "GenerateContentRequest"
    contents = request.contents if whole is None else whole.contents
    system = None if whole is None else whole.system_instruction
    check_contents(contents, owner)
    prompt = await read_contents(contents, system, files)
    tokens = await tokens_by_modality(prompt, await engine.count_prompt(prompt), engine)
    counted = {"totalTokens": sum(tokens.values()), "promptTokensDetails": token_details(tokens)}
    return counted | cached_usage(cached)
