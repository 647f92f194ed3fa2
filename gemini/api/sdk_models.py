"""What the SDK finds out anew of its own classes with each thing that it reads, kept.

Its clients of Interactions build a pydantic class for each thing they read or send
(`google.genai._gaos.utils.serializers`). That takes about 5 ms for every event: 2 s of a processor
for an answer of 400, and a wait for all others on the same server. And for each value of a response
it makes a table of all the fields of its class (`_remove_extra_fields` in `google.genai._common`),
half of what reading a chunk of an answer takes. Both depend on the type alone. Seen in google-genai
3.6.1; where a later version does it in another way, nothing is changed.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

EVENT = {"event_type": "step.delta", "index": 0, "delta": {"type": "text", "text": "up"}}


def keep_models() -> None:
    """Have the SDK build each of these classes once. Changes nothing the second time."""
    with suppress(ImportError, AttributeError):
        from google.genai._gaos.utils import serializers

        if not isinstance(serializers.create_model, _KeptModels):  # pyright: ignore
            serializers.create_model = _KeptModels(serializers.create_model)  # pyright: ignore


def keep_fields() -> None:
    """Have the SDK make the table of each class's fields once. Changes nothing the second time."""
    with suppress(ImportError, AttributeError):
        from google.genai import _common

        if not isinstance(_common._remove_extra_fields, _KeptFields):
            remove: Any = _KeptFields(_common._as_base_model_type, _common._is_struct_type)
            _common._remove_extra_fields = remove


def build_event_models() -> None:
    """Build what reads the events of an answer, before the first one comes."""
    keep_models()
    with suppress(ImportError, AttributeError, ValueError):
        from google.genai._gaos.types.interactions import InteractionSSEStreamEvent
        from google.genai._gaos.utils import serializers

        serializers.unmarshal_json(json.dumps({"data": EVENT}), InteractionSSEStreamEvent)


class _KeptModels:
    """Pydantic's `create_model`, as it is called there: one field, and a config."""

    def __init__(self, create: Any) -> None:
        self._create = create
        self._kept = cache(self._build)

    def __call__(self, name: str, **fields: Any) -> Any:
        if fields.keys() == {"body", "__config__"}:
            with suppress(TypeError):  # a type that can't be told from others by its hash
                return self._kept(name, fields["body"], tuple(fields["__config__"].items()))
        return self._create(name, **fields)

    def _build(self, name: str, body: Any, config: tuple[tuple[str, Any], ...]) -> Any:
        return self._create(name, body=body, __config__=dict(config))


class _KeptFields:
    """The SDK's `_remove_extra_fields`: takes out of a response what its class doesn't know."""

    def __init__(self, model_of: Callable[[Any], Any], is_struct: Callable[[Any], bool]) -> None:
        self._model_of = model_of
        self._is_struct = is_struct
        self._kept = cache(self._fields)

    def __call__(self, model: Any, response: dict[str, Any]) -> None:
        fields = self._kept(model)
        for name, value in list(response.items()):
            if name not in fields:
                del response[name]
            elif isinstance(value, dict):
                if (inner := fields[name][0]) is not None:
                    self(inner, value)
            elif isinstance(value, list) and (inner := fields[name][1]) is not None:
                for each in value:
                    if isinstance(each, dict):
                        self(inner, each)

    def _fields(self, model: Any) -> dict[str, tuple[Any, Any]]:
        """By name in the API and in Python: the class of a value, and that of each in a list."""
        if issubclass(model, BaseModel):
            model.model_rebuild(raise_errors=False)  # else it may only name classes
        fields: dict[str, tuple[Any, Any]] = {}
        aliases: dict[str, tuple[Any, Any]] = {}
        for name, field in model.model_fields.items():
            kind = field.annotation
            if get_origin(kind) is Union:  # of it and None
                kind = get_args(kind)[0]
            of_each = None if self._is_struct(kind) else next(iter(get_args(kind)), None)
            fields[name] = self._model_of(kind), self._model_of(of_each)
            if field.alias:
                aliases[field.alias] = fields[name]
        return fields | aliases
