"""What a run setting is made of: its kind, its range, its choices, who takes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from gemini.models.capabilities import Capabilities

Kind = Literal[
    "slider", "int", "float", "text", "list", "choice", "choices", "switch", "cache", "servers"
]
Group = Literal["basic", "Tools", "Cache", "Sampling", "Output", "Media", "Safety", "Service"]

GROUPS: tuple[Group, ...] = (
    "basic",
    "Tools",
    "Cache",
    "Sampling",
    "Output",
    "Media",
    "Safety",
    "Service",
)


@dataclass(frozen=True)
class Bounds:
    """The range of a number, both ends included, and a sensible step."""

    minimum: float
    maximum: float
    step: float


@dataclass(frozen=True)
class Choice:
    """A value to choose, and what it is called on screen."""

    value: str
    label: str


def _always(_caps: Capabilities) -> bool:
    return True


def _model_default(_caps: Capabilities) -> None:
    """The model's own, which nobody tells us."""


def _no_choices(_caps: Capabilities) -> tuple[Choice, ...]:
    return ()


@dataclass(frozen=True)
class Setting:
    """One control of the run settings.

    `name` is that of the field in `types.GenerateContentConfig`, in its `thinking_config`, in
    `types.Tool` for a tool, in `types.LatLng`, or an argument of `interactions.create`. `needs` is
    a switch that must be on for this one to be drawn and sent, `beside` are values that other
    settings must have for that. `unset` is said in the place of a number while there is none.
    `on_vertex` is False for what the SDK refuses to send to Vertex AI. `default(caps)` is what the
    model uses when nothing is sent, None where it is unknown; `bounds(caps)` the range of a
    number; `choices(caps)` what can be chosen; `takes(caps)` whether the model has any use for it.
    Kind "choices" is a choice for each of `SAFETY_CATEGORIES`, its
    value a mapping of category to threshold; that of kind "cache" a `ChosenCache`, that of kind
    "servers" a tuple of `McpServer`.
    """

    name: str
    label: str
    help: str
    group: Group
    kind: Kind
    bounds: Callable[[Capabilities], Bounds] | None = None
    default: Callable[[Capabilities], Any] = _model_default
    choices: Callable[[Capabilities], tuple[Choice, ...]] = _no_choices
    takes: Callable[[Capabilities], bool] = _always
    needs: str = ""
    beside: Mapping[str, Any] = field(default_factory=dict)
    unset: str = "Model's default"
    on_vertex: bool = True

    def offered(self, caps: Capabilities, *, vertex: bool = False) -> bool:
        """Whether to show it for this model: it takes the setting and doesn't refuse it."""
        here = self.on_vertex or not vertex
        return here and self.name not in caps.refused and self.takes(caps)

    def is_default(self, value: Any, caps: Capabilities) -> bool:
        """Whether the model would do the same if nothing was sent."""
        default = self.default(caps)
        return default is not None and value == default

    def applies(self, values: Mapping[str, Any]) -> bool:
        """Whether there is any use for it with these values of the settings that it needs."""
        on = not self.needs or bool(values.get(self.needs))
        return on and all(values.get(name) == value for name, value in self.beside.items())


def fixed(minimum: float, maximum: float, step: float) -> Callable[[Capabilities], Bounds]:
    """A range that is the same for every model."""
    bounds = Bounds(minimum, maximum, step)
    return lambda _caps: bounds
