"""A request into a plan: everything that is decided, and refused, before the first token."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from emulator import functions, thinking
from emulator.engines import Engine, EngineJob, Modality, Prompt, Sampling
from emulator.errors import invalid_argument, invalid_field, too_long
from emulator.function_choice import choose, narrowed, uncalled
from emulator.messages.requests import GenerateContentRequest, GenerationConfig
from emulator.models import Model
from emulator.prompt import RETURNED, FileReader, read_contents, tokens_by_modality
from emulator.rules import CONFIG, check_request, joined
from emulator.schema import checked, from_openapi


@dataclass(frozen=True)
class PlannedCall:
    """A function to call: its name, the schema of its arguments, the prompt that tells them."""

    name: str
    schema: dict[str, Any]
    prompt: Prompt


@dataclass(frozen=True)
class Plan:
    """One request, ready to run. Token figures are the engine's own tokens.

    `calls` go out together, in the place of words. `results_text` is what functions returned.
    `declared` are the functions that a native engine may call by itself; `max_tokens` 0 is as many
    as it gives.
    """

    prompt: Prompt
    prompt_tokens: dict[Modality, int]
    sampling: Sampling
    stop: tuple[str, ...]
    candidates: int
    max_tokens: int
    thinking: thinking.ThinkingPlan
    output: Literal["text", "json", "enum"]
    schema: dict[str, Any] | None
    calls: tuple[PlannedCall, ...]
    results_text: str
    call_ids: bool
    signed_calls: bool
    logprobs: int | None
    declared: functions.FunctionPlan | None = None

    def job(self, kind: Literal["thought", "answer"], candidate: int) -> EngineJob:
        """The job of one candidate; every candidate has its own seed."""
        seed = self.sampling.seed
        sampling = self.sampling
        if seed is not None:
            sampling = replace(sampling, seed=(seed + candidate) % 2**31)
        return EngineJob(
            self.prompt, kind, sampling, candidate=candidate, results_text=self.results_text
        )


async def make_plan(
    request: GenerateContentRequest, model: Model, engine: Engine, files: FileReader
) -> Plan:
    """Raises ApiError for every reason not to run `request`."""
    check_request(request, model)
    contents = joined(request.contents)
    config = request.generation_config
    budget = thinking.plan(config.thinking_config, model)
    allowed = functions.plan(request)
    schema = _answer_schema(config)
    both = allowed is not None and config.response_mime_type == "application/json"
    if both and not model.signs_calls:  # Gemini 3 on takes both
        message = "Function calling with a response mime type: 'application/json' is unsupported"
        raise invalid_argument(message)

    native = engine.model.native
    prompt = await read_contents(contents, request.system_instruction, files, native=native)
    tokens = {} if native else await _counted(prompt, model, engine)
    most = model.output_token_limit
    limit = config.max_output_tokens or most
    rounds = [] if native else functions.answered(contents)
    calls = () if native else _calls(allowed, prompt, rounds)
    return Plan(
        prompt=prompt,
        prompt_tokens=tokens,
        sampling=_sampling(config),
        stop=tuple(config.stop_sequences),
        candidates=config.candidate_count,
        max_tokens=min(limit, most) if most else limit,
        thinking=budget,
        output=_output(config),
        schema=schema,
        calls=calls,
        results_text="" if calls or schema is not None else functions.in_words(rounds),
        call_ids=model.call_ids,
        signed_calls=model.signs_calls,
        logprobs=(config.logprobs or 0) if config.response_logprobs else None,
        declared=allowed if native else None,
    )


async def _counted(prompt: Prompt, model: Model, engine: Engine) -> dict[Modality, int]:
    """The tokens of a prompt. Raises ApiError 400 where it is too long.

    Files aren't limited by the model's context here: it gets what was found in them, in words.
    """
    text = await engine.count_prompt(prompt)
    if text > model.input_token_limit:
        raise too_long(text, model.input_token_limit)
    return await tokens_by_modality(prompt, text, engine)


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


def _calls(
    allowed: functions.FunctionPlan | None,
    prompt: Prompt,
    rounds: Sequence[Sequence[functions.Answered]],
) -> tuple[PlannedCall, ...]:
    """The functions to call now; none when all that the question wants was called: then it is time
    for words, unless a call is forced.
    """
    if allowed is None:
        return ()
    place = len(prompt.turns) - 1 - 2 * len(rounds)  # the place of the question; none before calls
    question = prompt.turns[place].text if place >= 0 else ""
    stages = choose(allowed, question)
    if len(rounds) < len(stages):
        stage = stages[len(rounds)]
    elif allowed.forced:
        called = {each.name for round_ in rounds for each in round_}
        stage = [another] if (another := uncalled(allowed, called, question)) else stages[-1]
    else:
        return ()
    returned = [each.response for round_ in rounds for each in round_]
    return tuple(
        PlannedCall(
            choice.function.name,
            narrowed(choice.function.schema, choice.text, question, returned),
            _about(prompt, choice.text if choice.text != question else ""),
        )
        for choice in stage
    )


def _about(prompt: Prompt, text: str) -> Prompt:
    """The prompt whose last turn says only what a call is about; after results, that as well."""
    if not text:
        return prompt
    *before, last = prompt.turns
    media = tuple(part for part in last.parts if not isinstance(part, str))
    results_text = (last.text,) if last.text.startswith(RETURNED) else ()
    return replace(prompt, turns=(*before, replace(last, parts=(*media, *results_text, text))))
