"""How many tokens a request may think, by its model's rules.

Budget and level as https://ai.google.dev/gemini-api/docs/thinking describes them; what a level is
worth on this machine is in `models.json`.
"""

from dataclasses import dataclass

from emulator.errors import invalid_argument, invalid_field
from emulator.messages.requests import ThinkingConfig
from emulator.models import Model, ThinkingRules, data

PATH = "GenerateContentRequest.generation_config.thinking_config"
DYNAMIC = -1
EFFORTS = {1_024: "low", 8_192: "medium"}  # the most tokens of each


@dataclass(frozen=True)
class ThinkingPlan:
    """`tokens` is the most the thinking pass may take; 0 is no thinking at all.

    `effort` is the same for models that think by themselves; "" leaves it to them.
    """

    tokens: int = 0
    include: bool = False
    effort: str = ""


def plan(config: ThinkingConfig | None, model: Model) -> ThinkingPlan:
    """What `config` means for `model`. Raises ApiError 400 for what the model doesn't take.

    A request without a budget or level doesn't think, unless it asks to see thoughts: on a
    machine without a GPU every token of thought is waited for.
    """
    if config is None:
        return ThinkingPlan()
    level = config.thinking_level
    if level == "THINKING_LEVEL_UNSPECIFIED":
        level = None
    if level is not None and config.thinking_budget is not None:
        message = "You can only set only one of thinking budget and thinking level."
        raise invalid_argument(message)
    if model.thinking is None:
        raise invalid_argument(f"Thinking is not enabled for models/{model.name}")
    if level is not None:
        tokens = _level_tokens(level, model.thinking)
    else:
        tokens = _budget_tokens(config, model.thinking)
    effort = level.lower() if level else _effort(config.thinking_budget)
    return ThinkingPlan(tokens, config.include_thoughts and tokens > 0, effort)


def _effort(budget: int | None) -> str:
    """What a budget is as an effort: https://ai.google.dev/gemini-api/docs/openai#thinking."""
    if budget is None or budget == DYNAMIC:
        return ""
    if budget == 0:
        return "none"
    return next((effort for most, effort in EFFORTS.items() if budget <= most), "high")


def _level_tokens(level: str, thinking: ThinkingRules) -> int:
    if thinking.by == "budget":
        raise invalid_argument("Thinking level is not supported for this model.")
    if level not in thinking.levels:
        taken = ", ".join(thinking.levels)
        message = f"Thinking level {level} is not supported for this model; it takes {taken}."
        raise invalid_field(f"{PATH}.thinking_level", message)
    return data()["thinking_level_tokens"][level]


def _budget_tokens(config: ThinkingConfig, thinking: ThinkingRules) -> int:
    dynamic = data()["thinking_level_tokens"]["DYNAMIC"]
    budget = config.thinking_budget
    if budget is None:
        return dynamic if config.include_thoughts else 0
    if budget == DYNAMIC:
        return dynamic
    if budget == 0:
        if not thinking.off:
            raise invalid_argument("Budget 0 is invalid. This model only works in thinking mode.")
        return 0
    if thinking.by == "budget" and not thinking.min <= budget <= thinking.max:
        raise invalid_argument(
            f"The thinking budget {budget} is invalid. "
            f"Please choose a value between {thinking.min} and {thinking.max}."
        )
    if budget < 0:
        raise invalid_argument(f"The thinking budget {budget} is invalid.")
    return budget
