"""The SDK's clients of Interactions build a pydantic class anew for each thing they read or send.

That takes about 5 ms for every event: 2 s of a processor for an answer of 400, and a wait for all
others on the same server. The class depends on the type alone, so the one of each type is kept.
Seen in `google.genai._gaos.utils.serializers` of google-genai 3.6.1; where a later version does it
in another way, nothing is changed.
"""

import json
from contextlib import suppress
from functools import cache
from typing import Any

EVENT = {"event_type": "step.delta", "index": 0, "delta": {"type": "text", "text": "up"}}


def keep_models() -> None:
    """Have the SDK build each of these classes once. Changes nothing the second time."""
    with suppress(ImportError, AttributeError):
        from google.genai._gaos.utils import serializers

        if not isinstance(serializers.create_model, _KeptModels):  # pyright: ignore
            serializers.create_model = _KeptModels(serializers.create_model)  # pyright: ignore


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
