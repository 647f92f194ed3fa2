"""The models the emulator lists: the engine's own first, then Gemini names that stand in for it.

A stand-in takes the settings of the model it is named after (`models.json`), is answered by the
engine, and says so in its display name.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from itertools import takewhile
from typing import Any, Literal

from emulator.engines import EngineModel, voice
from emulator.errors import ApiError
from emulator.paging import page

GENERATION = ("generateContent", "countTokens", "createCachedContent", "batchGenerateContent")
EMBEDDING = ("embedContent", "batchEmbedContents", "asyncBatchEmbedContent")
_WITHOUT_CACHES = tuple(name for name in GENERATION if name != "createCachedContent")
PAGE_SIZES = (50, 1000)  # the usual, the largest
MOST_CANDIDATES = 8
ANY = "*"
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,99}")


@dataclass(frozen=True)
class ThinkingRules:
    """How a model's thinking is steered: a budget in tokens, one of `levels`, or either."""

    by: Literal["budget", "level", "either"]
    min: int = 0
    max: int = 0
    off: bool = False
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Model:
    """One entry of the list. Limits are in tokens, 0 for one that is unknown; `thinking` None
    means it never thinks.

    A model that `speaks` answers in sound. Function calls carry an id with `call_ids`. A `retired`
    model answers when it is named, and is not listed. `sampling` has the defaults of what a request
    doesn't set, in their wire names. `dimensions` are the numbers of its vectors, where none are
    asked for; 0 for as many as the engine makes.
    """

    name: str
    version: str
    display_name: str
    description: str
    input_token_limit: int
    output_token_limit: int
    methods: tuple[str, ...]
    thinking: ThinkingRules | None = None
    candidates: int = MOST_CANDIDATES
    call_ids: bool = True
    retired: bool = False
    speaks: bool = False
    dimensions: int = 0
    sampling: dict[str, float] = field(default_factory=dict)

    @property
    def signs_calls(self) -> bool:
        """Whether its calls carry a thought signature and must come back with it: Gemini 3 on."""
        return self.thinking is not None and self.thinking.by == "level"

    @property
    def wire(self) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "name": f"models/{self.name}",
            "version": self.version,
            "displayName": self.display_name,
            "description": self.description,
            **({"inputTokenLimit": self.input_token_limit} if self.input_token_limit else {}),
            **({"outputTokenLimit": self.output_token_limit} if self.output_token_limit else {}),
            "supportedGenerationMethods": list(self.methods),
        }
        if "generateContent" in self.methods:
            entry |= self.sampling | {"maxTemperature": 2, "thinking": self.thinking is not None}
        return entry


@cache
def data() -> dict[str, Any]:
    return json.loads(files("emulator").joinpath("models.json").read_text("utf-8"))


class Catalogue:
    """The model list of one engine, with `names` beside it; `ANY` of them answers to all names."""

    def __init__(self, own: EngineModel, names: Sequence[str] = ()) -> None:
        models = [
            _own(own),
            *(_stand_in(entry, own) for entry in data()["stand_ins"]),
            *(_embedding_stand_in(entry, own) for entry in data()["embedding_stand_ins"]),
            *([_voice()] if own.speaks else []),
        ]
        self._models = {model.name: model for model in models}
        for alias, name in data()["aliases"].items():
            self._models[alias] = replace(self._models[name], name=alias, retired=True)
        self._any = ANY in names
        for name in names:
            if name != ANY and name not in self._models:
                self._models[name] = self._like(name)

    def get(self, name: str, version: str, method: str = "") -> Model:
        """The model called `name`, if it has `method`. Raises ApiError 404, worded as the API."""
        model = self._models.get(name)
        if model is None and self._any and _NAME.fullmatch(name):
            model = self._like(name)
        if model is None or (method and method not in model.methods):
            use = f", or is not supported for {method}" if method else ""
            message = (
                f"models/{name} is not found for API version {version}{use}. Call ListModels to "
                "see the list of available models and their supported methods."
            )
            raise ApiError(404, message)
        return model

    def listed(self) -> list[Model]:
        """The models of the list, in its order."""
        return [model for model in self._models.values() if not model.retired]

    def _like(self, name: str) -> Model:
        """A model of any name, with the settings of the one whose name begins most like it."""
        embeds = "embed" in name
        candidates = [
            model
            for model in self._models.values()
            if ("generateContent" not in model.methods) == embeds and not model.speaks
        ]
        nearest = max(candidates, key=lambda model: _shared(model.name, name))
        return replace(nearest, name=name, retired=False)

    def page(self, query: Mapping[str, str]) -> dict[str, Any]:
        """The page of the list that a query asks for."""
        return page("models", [model.wire for model in self.listed()], query, PAGE_SIZES)


def _shared(one: str, other: str) -> int:
    """How many characters two names begin with alike."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _own(own: EngineModel) -> Model:
    return Model(
        name=own.name,
        version=own.name,
        display_name=own.display_name,
        description=own.description,
        input_token_limit=own.input_token_limit,
        output_token_limit=own.output_token_limit,
        methods=(*GENERATION, *EMBEDDING),
        thinking=_own_thinking(own),
        sampling=_sampling(own),
    )


def _own_thinking(own: EngineModel) -> ThinkingRules:
    """A native engine passes either on; others think as many tokens as they may write."""
    if own.native:
        levels = ("MINIMAL", "LOW", "MEDIUM", "HIGH", "XHIGH")
        return ThinkingRules(by="either", off=True, levels=levels)
    return ThinkingRules(by="budget", min=1, max=own.output_token_limit, off=True)


def _stand_in(entry: dict[str, Any], own: EngineModel) -> Model:
    thinking = entry["thinking"]
    if thinking is not None:
        thinking = ThinkingRules(**thinking | {"levels": tuple(thinking.get("levels", ()))})
    return Model(
        name=entry["name"],
        version=entry["version"],
        display_name=f"{entry['title']} (stand-in: {own.stands_in})",
        description=f"Takes the settings of {entry['title']}. {own.description}",
        input_token_limit=own.input_token_limit,
        output_token_limit=own.output_token_limit,
        methods=GENERATION if entry.get("caches", True) else _WITHOUT_CACHES,
        thinking=thinking,
        candidates=entry.get("candidates", MOST_CANDIDATES),
        call_ids=entry.get("call_ids", True),
        retired=entry.get("retired", False),
        sampling=_sampling(own),
    )


def _embedding_stand_in(entry: dict[str, Any], own: EngineModel) -> Model:
    return Model(
        name=entry["name"],
        version=entry["version"],
        display_name=f"{entry['title']} (stand-in: {own.embeds_with})",
        description=(
            f"Vectors of {own.dimensions or 'fewer'} numbers, and zeros up to "
            f"{entry['dimensions']} where no other size is asked for: {own.embeds_with}."
        ),
        dimensions=entry["dimensions"],
        input_token_limit=own.embedding_token_limit,
        output_token_limit=1,
        methods=(*EMBEDDING, "countTokens"),
    )


def _voice() -> Model:
    return Model(
        name=voice.NAME,
        version=voice.NAME,
        display_name="Hibari (text-to-speech, on this machine)",
        description="Reads English text aloud in one voice, on this machine; ignores the style.",
        input_token_limit=2_048,
        output_token_limit=16_384,
        methods=("generateContent", "countTokens"),
        speaks=True,
    )


def _sampling(own: EngineModel) -> dict[str, float]:
    known = {"temperature": own.temperature, "topP": own.top_p, "topK": own.top_k}
    return {name: value for name, value in known.items() if value is not None}
