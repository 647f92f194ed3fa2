"""What a model takes and gives: what the API says of it, completed by a dated data file.

`models.list` tells limits, methods and default sampling, but neither how thinking is steered nor
what a model reads. That is kept by family in `data/capabilities.toml`. A name no family knows is
offered everything and marked as unchecked: the server knows better than we do.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from google.genai import types

from gemini.data import entry_of, table

ThinkingKind = Literal["none", "budget", "level", "unknown"]

LEVELS = tuple(
    level.value
    for level in types.ThinkingLevel
    if level is not types.ThinkingLevel.THINKING_LEVEL_UNSPECIFIED
)
LARGEST_BUDGET = 32768  # tokens; the largest that any model is documented with
EVERY_INPUT = frozenset({"text", "image", "audio", "video", "pdf"})
EVERY_TOOL = frozenset({"google_search", "url_context", "google_maps", "code_execution"})
MOST_CANDIDATES = 8  # https://ai.google.dev/api/generate-content, candidateCount
DEFAULT_MAX_TEMPERATURE = 2.0
PREFIXES = ("models/", "publishers/google/models/")
INTERACTIONS = "the Interactions API"  # of what a model is `reached_by`


@dataclass(frozen=True)
class Thinking:
    """How a model's thinking is steered.

    Budgets are in tokens; `levels` are `types.ThinkingLevel` by name, lowest first.
    `default_level` is the one the model uses when none is sent, None where it isn't documented.
    """

    kind: ThinkingKind
    min_budget: int = 0
    max_budget: int = 0
    can_turn_off: bool = False
    levels: tuple[str, ...] = ()
    default_level: str | None = None


UNKNOWN_THINKING = Thinking("unknown", 0, LARGEST_BUDGET, True, LEVELS)
NO_THINKING = Thinking("none")


@dataclass(frozen=True)
class Capabilities:
    """A model as the playground sees it.

    `name` is without "models/" or "publishers/google/models/"; tuned models keep "tunedModels/".
    Limits are in tokens, None where the API didn't say. `temperature`, `top_p` and `top_k` are
    the model's defaults. `actions` are methods of the API by name. `checked` is False where the
    data file doesn't know the family. `ignored` and `refused` are settings, by their names in
    `types.GenerateContentConfig`, that have no effect or end in an error. `notes` are advice.
    `tools` are those that Gemini runs by itself, by their names in `types.Tool`. `reached_by` says
    what other API reaches a model that has no generateContent. `silence` is how many seconds
    without a byte Google advises to wait for its answer.
    """

    name: str
    display_name: str
    description: str
    input_token_limit: int | None
    output_token_limit: int | None
    actions: frozenset[str]
    temperature: float | None
    max_temperature: float
    top_p: float | None
    top_k: int | None
    thinking: Thinking
    max_candidates: int
    inputs: frozenset[str]
    outputs: frozenset[str]
    checked: bool
    notes: tuple[str, ...] = ()
    ignored: frozenset[str] = field(default=frozenset())
    refused: frozenset[str] = field(default=frozenset())
    tools: frozenset[str] = EVERY_TOOL
    reached_by: str | None = None
    silence: float = 0.0

    @property
    def only_interactions(self) -> bool:
        """Whether it answers through the Interactions API and has no generateContent."""
        return self.reached_by == INTERACTIONS

    @property
    def transcribes(self) -> bool:
        """Whether it writes down what is said, and nothing else."""
        return self.outputs == {"transcript"}

    @property
    def is_tuned(self) -> bool:
        """Whether it is somebody's own tuned model."""
        return self.name.startswith("tunedModels/")


def of(model: types.Model) -> Capabilities:
    """The capabilities of a model from `models.list`. What the API says wins over the file."""
    name = short_name(model.name or "")
    family = entry_of(table("capabilities")["families"], name)
    actions = frozenset(model.supported_actions or ())
    maximum = model.max_temperature
    return Capabilities(
        name=name,
        display_name=model.display_name or name,
        description=model.description or "",
        input_token_limit=model.input_token_limit,
        output_token_limit=model.output_token_limit,
        actions=actions,
        temperature=model.temperature,
        max_temperature=DEFAULT_MAX_TEMPERATURE if maximum is None else maximum,
        top_p=model.top_p,
        top_k=model.top_k,
        thinking=_thinking(family, model),
        max_candidates=family.get("candidates", MOST_CANDIDATES),
        inputs=frozenset(family["inputs"]) if "inputs" in family else EVERY_INPUT,
        outputs=frozenset(family.get("outputs") or _outputs_by(actions)),
        checked=bool(family) and family.get("checked", True),
        notes=tuple(table("capabilities")["advice"][note] for note in family.get("notes", ())),
        ignored=frozenset(family.get("ignores", ())),
        refused=frozenset(family.get("refuses", ())),
        tools=frozenset(family["tools"]) if "tools" in family else EVERY_TOOL,
        reached_by=_reached_by(family, actions),
        silence=family.get("silence", 0.0),
    )


@lru_cache(256)  # it is asked for each request, and looks through the whole table
def unknown(name: str) -> Capabilities:
    """The capabilities of a name typed by hand: its family's, or everything."""
    return of(types.Model(name=name))


def short_name(name: str) -> str:
    """A model's name without the prefixes that the API adds."""
    for prefix in PREFIXES:
        name = name.removeprefix(prefix)
    return name


def version_of(name: str) -> float:
    """The generation in a model's name: 2.5 of "gemini-2.5-flash"; 0 where there is none."""
    match = re.match(r"(?:gemini|gemini-omni|gemma|lyria)-(\d+(?:\.\d+)?)(?=-|$)", short_name(name))
    return float(match[1]) if match else 0.0


def chat_models(models: Iterable[Capabilities]) -> list[Capabilities]:
    """Those that generate content with text among what they write, in the same order.

    Vertex AI names no methods; there a Gemini model that writes text is taken to be one.
    """
    return [
        m
        for m in models
        if "text" in m.outputs
        and not m.reached_by
        and ("generateContent" in m.actions or (not m.actions and m.name.startswith("gemini")))
    ]


def transcribers(models: Iterable[Capabilities]) -> list[Capabilities]:
    """Those that write down what is said in a file, in the same order; none for live speech."""
    return [
        m
        for m in models
        if m.transcribes and ("generateContent" in m.actions or not (m.actions or "live" in m.name))
    ]


def _thinking(family: Mapping[str, Any], model: types.Model) -> Thinking:
    """The family's thinking, corrected by what the API says (None: it says nothing)."""
    if model.thinking is False:
        return NO_THINKING
    data = family.get("thinking", {"kind": "unknown"})
    kind: ThinkingKind = data["kind"]
    if kind == "unknown" or (kind == "none" and model.thinking):
        return UNKNOWN_THINKING
    if kind == "level":
        return Thinking("level", levels=tuple(data["levels"]), default_level=data.get("default"))
    if kind == "none":
        return NO_THINKING
    maximum = data.get("max") or model.output_token_limit or LARGEST_BUDGET
    return Thinking("budget", data["min"], maximum, data.get("off", False))


def _reached_by(family: Mapping[str, Any], actions: frozenset[str]) -> str | None:
    elsewhere = None if "generateContent" in actions else family.get("reached_by")
    return family.get("reached_only_by") or elsewhere


def _outputs_by(actions: frozenset[str]) -> list[str]:
    """What a model of no known family writes, judged by its methods; text unless they differ."""
    if not actions or "generateContent" in actions:
        return ["text"]
    if "embedContent" in actions:
        return ["embedding"]
    return ["video"] if "predictLongRunning" in actions else ["image"]
