"""Finding a model: by words, and by what it can do."""

from collections.abc import Callable, Iterable, Mapping

from gemini.models.capabilities import Capabilities

Ability = Callable[[Capabilities], bool]


def _reads(kind: str) -> Ability:
    return lambda model: kind in model.inputs and not _only_embeds(model)


def _writes(kind: str) -> Ability:
    return lambda model: kind in model.outputs


def _has(*methods: str) -> Ability:
    return lambda model: not model.actions.isdisjoint(methods)


def _only_embeds(model: Capabilities) -> bool:
    return model.outputs == {"embedding"}


ABILITIES: Mapping[str, Ability] = {
    "Reads images": _reads("image"),
    "Reads audio": _reads("audio"),
    "Reads video": _reads("video"),
    "Reads PDF": _reads("pdf"),
    "Thinks": lambda model: model.thinking.kind in {"budget", "level"},
    "Writes text": _writes("text"),
    "Generates images": _writes("image"),
    "Speaks": _writes("audio"),
    "Generates video": _writes("video"),
    "Generates music": _writes("music"),
    "Embeds": _writes("embedding"),
    "Caches": _has("createCachedContent"),
    "Batches": _has("batchGenerateContent", "asyncBatchEmbedContent"),
}
"""What can be asked of a model, by its name on the screen. Methods are those of `models.list`, as
https://ai.google.dev/api/models names them; Vertex AI names none."""


def matching(
    models: Iterable[Capabilities], words: str = "", abilities: Iterable[str] = ()
) -> list[Capabilities]:
    """The models that can do all of `abilities` and whose name or description has all `words`."""
    terms, needed = words.lower().split(), list(abilities)
    return [
        model
        for model in models
        if all(word in _said_of(model) for word in terms)
        and all(ABILITIES[ability](model) for ability in needed)
    ]


def offered(models: Iterable[Capabilities]) -> list[str]:
    """The abilities that at least one of the models has, in the order of the table."""
    listed = list(models)
    return [name for name, has in ABILITIES.items() if any(has(model) for model in listed)]


def _said_of(model: Capabilities) -> str:
    return f"{model.name} {model.display_name} {model.description}".lower()
