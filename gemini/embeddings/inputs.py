"""How each model is asked for vectors of texts, pictures and sounds, and what for.

One Request holds all of a set, a content each, so that one Run holds all their vectors.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from gemini.data import entry_of, table
from gemini.format import size
from gemini.media.attachment import Attachment, MediaError
from gemini.models.capabilities import Capabilities, short_name
from gemini.request import EMBED_CONTENT, Content, Part, Request, text_of
from gemini.resources.files import DEFAULT_LIMIT

LARGEST = 3072  # numbers a vector that any model is known to give; source: [E]
NO_TITLE = "none"  # what stands for a title where there is none; source: the data file's [E]
TITLES = {"image": "Image", "audio": "Audio"}


@dataclass(frozen=True)
class Embedder:
    """How a model is asked for vectors; the fields are explained in the data file."""

    batch: int
    tasks: Literal["config", "words"]
    unit_length: bool
    sizes: tuple[int, ...]
    media: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class EmbeddingTask:
    """What vectors are for. `words` has the places `{text}` and maybe `{title}`.

    `query` is the task for a text that is held against texts of this one.
    """

    name: str
    title: str
    use: str
    words: str
    query: str


@dataclass(frozen=True)
class EmbeddingInput:
    """What a set of texts was embedded as; `task` and `size` are None where nothing was set.

    `labels`, one a text or none at all, stay here: they are kept with the request and not sent.
    `media`, one a text or none at all, has what is embedded in place of a text: that is its name.
    Its name is kept in the place of its label, which is what it is: "Image" or "Audio".
    """

    model: str
    texts: tuple[str, ...]
    task: str | None = None
    title: str = ""
    size: int | None = None
    labels: tuple[str, ...] = ()
    media: tuple[Attachment | None, ...] = ()

    @property
    def embedder(self) -> Embedder:
        """How the model is asked."""
        return embedder(self.model)

    def request(self) -> Request:
        """The request for all texts. A title is sent with the documents of a search only."""
        known = tasks().get(self.task or "")
        media = self.media or (None,) * len(self.texts)
        labels = self.labels or ("",) * len(self.texts)
        names = [t if m else lb for t, lb, m in zip(self.texts, labels, media, strict=True)]
        config: dict[str, Any] = {"labels": names} if any(names) else {}
        if self.size is not None:
            config["output_dimensionality"] = self.size
        said: Iterable[str] = self.texts
        if known and self.embedder.tasks == "words":
            said = [_worded(known, text, self.title) for text in self.texts]
        elif self.task:
            config["task_type"] = self.task
            if self.title and takes_title(self.task):
                config["title"] = self.title
        parts: list[Part] = [
            one.part() if one else {"text": text} for one, text in zip(media, said, strict=True)
        ]
        contents: list[Content] = [{"role": "user", "parts": [part]} for part in parts]
        return Request(self.model, contents, config, EMBED_CONTENT)

    def looked_for(self, text: str) -> "EmbeddingInput":
        """A text to be held against these: the same model and size, the task that goes with it."""
        known = tasks().get(self.task or "")
        task = known.query if known else self.task
        return replace(self, texts=(text,), task=task, title="", labels=(), media=())

    def only(self, numbers: Iterable[int]) -> "EmbeddingInput":
        """Some of these texts, for those that did not come."""
        chosen = list(numbers)
        labels = tuple(self.labels[n] for n in chosen) if self.labels else ()
        media = tuple(self.media[n] for n in chosen) if self.media else ()
        return replace(self, texts=tuple(self.texts[n] for n in chosen), labels=labels, media=media)


def input_of(request: Request) -> EmbeddingInput:
    """The inverse of `EmbeddingInput.request`: the texts and what they were embedded as."""
    labels = [str(label) for label in request.config.get("labels") or ()]
    if len(labels) != len(request.contents):
        labels = [""] * len(request.contents)
    media = _media_in(request, labels)
    said = [text_of(content.get("parts") or []) for content in request.contents]
    task, title = request.config.get("task_type"), request.config.get("title") or ""
    if embedder(request.model).tasks == "words":
        texts = [text for text, one in zip(said, media, strict=True) if one is None]
        for each in tasks().values():
            matches = [match for text in texts if (match := _pattern(each).fullmatch(text))]
            if matches and len(matches) == len(texts):
                plain = iter(match["text"] for match in matches)
                said = [next(plain) if one is None else "" for one in media]
                named = matches[0].groupdict().get("title")
                task, title = each.name, "" if named in (None, NO_TITLE) else named
                break
    dimensions = request.config.get("output_dimensionality")
    pairs = list(zip(media, said, labels, strict=True))
    return EmbeddingInput(
        request.model,
        tuple(one.name if one else text for one, text, _ in pairs),
        task,
        title,
        dimensions,
        _any(tuple(title_of(one) if one else label for one, _, label in pairs)),
        _any(tuple(media)),
    )


def _media_in(request: Request, names: Sequence[str]) -> list[Attachment | None]:
    """The medium of each content, under the name that it has here; None for a text."""
    attachments: list[Attachment | None] = []
    for number, (content, name) in enumerate(zip(request.contents, names, strict=True), 1):
        blob = (content.get("parts") or [{}])[0].get("inline_data")
        if not blob or not isinstance(blob.get("data"), bytes):
            attachments.append(None)
            continue
        one = Attachment(name, blob.get("mime_type") or "", blob["data"])
        attachments.append(one if name else replace(one, name=f"{title_of(one)} {number}"))
    return attachments


def title_of(one: Attachment) -> str:
    """What a medium is, in a word; the label that it has on a map."""
    return TITLES.get(one.kind, "File")


def check(one: Attachment, model: str, types: Sequence[str], seconds: float) -> None:
    """Let pass what a model embeds: one of these MIME types, a sound of at most so many seconds.

    Raises:
        MediaError: it is something else, too long, or too large for a request.
    """
    if one.mime_type not in types:
        names = ", ".join(mime.partition("/")[2].upper() for mime in types)
        raise MediaError(f"{one.name} is {one.mime_type}. {model} embeds {names}: convert it.")
    if one.seconds is not None and one.seconds > seconds:
        raise MediaError(
            f"{one.name} is {one.seconds:.0f} seconds long. {model} accepts {seconds:.0f}: trim it."
        )
    if one.inline_size > DEFAULT_LIMIT:
        most = size(DEFAULT_LIMIT)
        raise MediaError(f"{one.name} is too large: a request can have {most}. Make it smaller.")


def size_of(typed: str | None) -> int | None:
    """A number of numbers a vector, as somebody typed it; None for nothing.

    Raises:
        ValueError: it can't be one; the text says why, in a sentence.
    """
    plain = (typed or "").strip()
    if plain and not (plain.isascii() and plain.isdigit() and 1 <= int(plain[:9]) <= LARGEST):
        raise ValueError(f"Dimensions must be from 1 to {LARGEST:,}, not {plain[:20]!r}.")
    return int(plain) if plain else None


def takes_title(task: str | None) -> bool:
    """Whether texts of this task may have a title."""
    known = tasks().get(task or "")
    return known is not None and "{title}" in known.words


@cache
def tasks() -> Mapping[str, EmbeddingTask]:
    """The tasks by their names in the API, in the order of the data file."""
    entries = table("embeddings")["tasks"]
    return {e["name"]: EmbeddingTask(**{"query": e["name"], **e}) for e in entries}


@cache
def embedder(model: str) -> Embedder:
    """How a model is asked."""
    entry = entry_of(table("embeddings")["models"], short_name(model))
    return Embedder(
        entry["batch"],
        entry["tasks"],
        entry["unit_length"],
        tuple(entry["sizes"]),
        tuple(entry.get("media", ())),
        entry.get("seconds", 0.0),
    )


def embedding_models(models: Iterable[Capabilities]) -> list[Capabilities]:
    """Those that embed, those that do nothing else first.

    Vertex AI names no methods; there it is told by the name.
    """
    matches = [
        m
        for m in models
        if "embedContent" in m.actions or (not m.actions and "embedding" in m.outputs)
    ]
    return sorted(matches, key=lambda m: "embedding" not in m.outputs)


def _any(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """The same, or nothing where none of them says anything."""
    return values if any(values) else ()


def _worded(task: EmbeddingTask, text: str, title: str) -> str:
    # Not `format`: a text may have braces of its own.
    return task.words.replace("{title}", title or NO_TITLE).replace("{text}", text, 1)


@cache
def _pattern(task: EmbeddingTask) -> re.Pattern[str]:
    plain = re.escape(task.words)
    for name, any_text in (("title", ".*?"), ("text", ".*")):
        plain = plain.replace(re.escape("{" + name + "}"), f"(?P<{name}>{any_text})")
    return re.compile(plain, re.DOTALL)
