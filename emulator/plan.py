"""A request into a plan: everything that is decided, and refused, before the first token."""

from dataclasses import dataclass, replace
from typing import Any, Literal

from emulator import functions, thinking
from emulator.engines import Engine, Job, Modality, Prompt, Sampling
from emulator.errors import ApiError, invalid_argument, invalid_field
from emulator.messages.config import GenerationConfig
from emulator.messages.requests import GenerateContentRequest
from emulator.models import Model
from emulator.prompt import FileReader, read_contents, tokens_by_modality
from emulator.rules import CONFIG, check_request
from emulator.schema import checked, from_openapi


@dataclass(frozen=True)
class Plan:
    """One request, ready to run. Token figures are the engine's own tokens."""

    prompt: Prompt
    prompt_tokens: dict[Modality, int]
    sampling: Sampling
    stop: tuple[str, ...]
    candidates: int
    max_tokens: int
    thinking: thinking.ThinkingPlan
    output: Literal["text", "json", "enum"]
    schema: dict[str, Any] | None
    function: functions.Function | None
    call_ids: bool
    signed_calls: bool
    logprobs: int | None

    def job(self, kind: Literal["thought", "answer"], candidate: int) -> Job:
        """The job of one candidate; every candidate has its own seed."""
        seed = self.sampling.seed
        sampling = self.sampling
        if seed is not None:
            sampling = replace(sampling, seed=(seed + candidate) % 2**31)
        return Job(self.prompt, kind, sampling, candidate=candidate)


async def make_plan(
    request: GenerateContentRequest, model: Model, engine: Engine, files: FileReader
) -> Plan:
    """Raises ApiError for every reason not to run `request`."""
    check_request(request, model)
    config = request.generation_config
    budget = thinking.plan(config.thinking_config, model)
    allowed = functions.plan(request)
    schema = _answer_schema(config)
    if allowed is not None and config.response_mime_type == "application/json":
        message = "Function calling with a response mime type: 'application/json' is unsupported"
        raise invalid_argument(message)

    prompt = await read_contents(request.contents, request.system_instruction, files)
    text = await engine.count_prompt(prompt)
    # Files aren't limited by the model's context here: it gets what was found in them, in words.
    if text > model.input_token_limit:
        raise too_long(text, model.input_token_limit)
    tokens = await tokens_by_modality(prompt, text, engine)
    limit = config.max_output_tokens
    return Plan(
        prompt=prompt,
        prompt_tokens=tokens,
        sampling=_sampling(config),
        stop=tuple(config.stop_sequences),
        candidates=config.candidate_count,
        max_tokens=min(limit or model.output_token_limit, model.output_token_limit),
        thinking=budget,
        output=_output(config),
        schema=schema,
        function=_chosen(request, allowed, prompt),
        call_ids=model.call_ids,
        signed_calls=model.thinking is not None and model.thinking.by == "level",
        logprobs=(config.logprobs or 0) if config.response_logprobs else None,
    )


def too_long(tokens: int, limit: int) -> ApiError:
    """The API's words for a prompt that doesn't fit."""
    return invalid_argument(
        f"The input token count ({tokens}) exceeds the maximum number of tokens allowed ({limit})."
    )


def _sampling(config: GenerationConfig) -> Sampling:
    return Sampling(
        temperature=config.temperature,
        top_p=config.top_p,
        top_k=None if config.top_k is None else int(config.top_k),
        seed=config.seed,
        presence_penalty=config.presence_penalty,
        frequency_penalty=config.frequency_penalty,
    )


def _output(config: GenerationConfig) -> Literal["text", "json", "enum"]:
    if config.response_mime_type == "text/x.enum":
        return "enum"
    return "json" if config.response_mime_type == "application/json" else "text"


def _answer_schema(config: GenerationConfig) -> dict[str, Any] | None:
    """The JSON Schema of the answer; `{}`, any JSON at all, when JSON is asked for without one."""
    if _output(config) == "text":
        return None
    schema, path = config.response_json_schema, f"{CONFIG}.response_json_schema"
    if config.response_schema is not None:
        schema, path = from_openapi(config.response_schema), f"{CONFIG}.response_schema"
    if _output(config) == "enum":
        if not isinstance(schema, dict) or not schema.get("enum"):
            message = "text/x.enum needs a STRING schema with an enum."
            raise invalid_field(path, message)
        schema = {"type": "string", "enum": [str(v) for v in checked(schema, path)["enum"]]}
    return {} if schema is None else checked(schema, path)


def _chosen(
    request: GenerateContentRequest, allowed: functions.FunctionPlan | None, prompt: Prompt
) -> functions.Function | None:
    """The function to call. None after a function's answer: then it is time for words."""
    if allowed is None:
        return None
    answered = any(part.function_response for part in request.contents[-1].parts)
    if answered and not allowed.forced:
        return None
    return functions.choose(allowed, prompt.turns[-1].text)
