"""What is sent: a model, contents and the settings that were set. Plain data.

Contents and config are the SDK's own dictionaries (`types.ContentDict`,
`types.GenerateContentConfigDict`): snake_case keys, bytes as bytes. So a Request can be compared,
saved, shown, turned into code and sent again, and nothing is lost on the way.
"""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from google.genai import types

from gemini.api.surrogates import whole
from gemini.media.transcripts import as_text

Part = dict[str, Any]
"""A `types.Part` as a dictionary: `{"text": ...}`, `{"inline_data": {"mime_type", "data"}}`..."""

Content = dict[str, Any]
"""A `types.Content` as a dictionary: `{"role": "user" | "model", "parts": [Part, ...]}`."""

GENERATE_CONTENT = "generate_content"
EMBED_CONTENT = "embed_content"
CREATE_INTERACTION = "interactions.create"
API_NAMES = {GENERATE_CONTENT: "generateContent", CREATE_INTERACTION: "Interactions"}
"""By the method of a request: what people call the API that writes its answer."""
UNSIGNED = b"skip_thought_signature_validator"  # the signature of a call that has none of its own
UNKNOWN_TYPE = "application/octet-stream"
BYTES_KEY = "$bytes"
ESCAPE_KEY = "$dict"  # before a dictionary that only looks as if it were written by `to_jsonable`


@dataclass(frozen=True)
class Request:
    """One request to a model. `config` holds only what differs from the defaults.

    `method` is the SDK's name of what it is asked for. `interactions.create` takes the same
    contents and config (`gemini.interactions`); the others are in `gemini.api.methods`.
    """

    model: str
    contents: list[Content]
    config: dict[str, Any] = field(default_factory=dict)
    method: str = GENERATE_CONTENT

    @property
    def generates(self) -> bool:
        """Whether a model is to write an answer, by whichever of the two APIs for that."""
        return self.method in {GENERATE_CONTENT, CREATE_INTERACTION}

    @property
    def api(self) -> str:
        """What people call the API that is asked; another method by its own name."""
        return API_NAMES.get(self.method, self.method)

    @property
    def parts(self) -> list[Part]:
        """The parts of all contents, in order."""
        return [part for content in self.contents for part in content.get("parts") or ()]

    @property
    def last_parts(self) -> list[Part]:
        """Those of the last content: what was asked."""
        return list(self.contents[-1].get("parts") or ()) if self.contents else []

    def to_json(self) -> dict[str, Any]:
        """The request as JSON-ready data; bytes become `{"$bytes": base64}`."""
        plain = {"model": self.model, "contents": self.contents, "config": self.config}
        method = {} if self.method == GENERATE_CONTENT else {"method": self.method}
        return to_jsonable({**plain, **method})

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Request":
        """The inverse of `to_json`.

        `http_options` are left out: they could send the key of whoever imports this elsewhere.

        Raises:
            ValueError: the data is not such a request; the text says what is wrong.
        """
        plain = from_jsonable(data)
        if not isinstance(plain, dict) or not isinstance(plain.get("model"), str):
            raise ValueError("a request needs a model")
        contents, config = plain.get("contents"), plain.get("config") or {}
        if not isinstance(contents, list) or not isinstance(config, dict):
            raise ValueError("a request needs a list of contents, and settings by name")
        config = {k: v for k, v in config.items() if k not in {"http_options", "httpOptions"}}
        for content in contents:
            types.Content.model_validate(content)
        method = plain.get("method", GENERATE_CONTENT)
        if not isinstance(method, str):
            raise ValueError("a request's method is its name")
        if method == GENERATE_CONTENT:
            types.GenerateContentConfig.model_validate(config)
        return cls(plain["model"], contents, config, method)


def to_jsonable(value: Any) -> Any:
    """Nested plain data with bytes as `{"$bytes": base64}`, ready for `json.dumps`.

    A dictionary that has that shape already (a model may call a function with any arguments) is
    put into `{"$dict": ...}`, and so is one that has this shape.
    """
    if isinstance(value, bytes):
        return {BYTES_KEY: base64.b64encode(value).decode("ascii")}
    if isinstance(value, dict):
        encoded = {k: to_jsonable(v) for k, v in value.items()}
        return {ESCAPE_KEY: encoded} if _is_mark(value) else encoded
    return [to_jsonable(v) for v in value] if isinstance(value, list | tuple) else value


def from_jsonable(value: Any) -> Any:
    """The inverse of `to_jsonable`. Half characters become U+FFFD.

    Raises:
        ValueError: a `$bytes` that isn't base64.
    """
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, dict):
        if value.keys() == {BYTES_KEY}:
            try:
                return base64.b64decode(value[BYTES_KEY], validate=True)
            except (binascii.Error, TypeError) as error:
                raise ValueError(f"bytes that are not base64: {error}") from error
        inner = value.get(ESCAPE_KEY)
        if isinstance(inner, dict) and _is_mark(value) and _is_mark(inner):
            return {whole(k): from_jsonable(v) for k, v in inner.items()}
        return {whole(k): from_jsonable(v) for k, v in value.items()}
    return [from_jsonable(v) for v in value] if isinstance(value, list) else value


def _is_mark(value: dict[str, Any]) -> bool:
    """Whether a dictionary could be taken for one that `to_jsonable` makes."""
    return len(value) == 1 and not value.keys().isdisjoint({BYTES_KEY, ESCAPE_KEY})


def part_dict(part: types.Part) -> Part:
    """A part of a response as the dictionary that can be sent back unchanged.

    Media that came without their type, or without bytes, get what they lack: the type is told by
    the bytes.
    """
    return _with_whole_media(part.model_dump(exclude_none=True))


def checked_part(data: Any) -> Part:
    """A part that was saved, as it is; its media get what they lack.

    Raises:
        ValueError: it is not a part.
    """
    types.Part.model_validate(data)
    return _with_whole_media(dict(data))


def _with_whole_media(part: Part) -> Part:
    if (blob := part.get("inline_data")) is not None:
        data = blob.get("data") or b""
        mime_type = blob.get("mime_type")
        if not mime_type:
            from gemini.media.sniff import sniff

            mime_type = sniff(data) or UNKNOWN_TYPE
        part["inline_data"] = {**blob, "data": data, "mime_type": mime_type}
    return part


def is_plain_text(part: Part) -> bool:
    """Whether a part is text and nothing else (no signature, no metadata)."""
    return isinstance(part.get("text"), str) and part.keys() <= {"text", "thought"}


def joined(parts: Iterable[Part]) -> list[Part]:
    """The same parts with neighbouring plain texts joined, as they would be without streaming.

    Joins within thought or answer only, and never across a part that carries a signature
    (https://ai.google.dev/gemini-api/docs/thought-signatures): those stay as they came.
    """
    result: list[Part] = []
    for part in parts:
        last = result[-1] if result else None
        if (
            last is not None
            and is_plain_text(part)
            and is_plain_text(last)
            and part.get("thought") == last.get("thought")
        ):
            result[-1] = {**last, "text": last["text"] + part["text"]}
        else:
            result.append(part)
    return result


def without_signatures(parts: Iterable[Part]) -> list[Part]:
    """Parts that another model may be given: thoughts and signatures are of the one that wrote."""
    shared = ({k: v for k, v in p.items() if k != "thought_signature"} for p in parts)
    return [p for p in shared if p and not p.get("thought") and p.get("text") != ""]


def text_of(parts: Iterable[Part]) -> str:
    """The text among parts, without thoughts; what was transcribed is text with its times."""
    return "".join(as_text(part).get("text") or "" for part in parts if not part.get("thought"))
