"""The base of all messages, and the scalar types of protobuf's JSON form."""

import base64
import binascii
from collections.abc import Callable, Iterable
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StrictBool,
    StrictStr,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError


class JsonBody(BaseModel):
    """A body in JSON: null means "not set", an unknown name is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _null_is_unset(cls, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: item for key, item in value.items() if item is not None}
        return value


class Message(JsonBody):
    """A protobuf message in JSON."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


def _decode_base64(value: Any) -> bytes:
    """Bytes from either base64 alphabet, with or without padding (protobuf's JSON form)."""
    if isinstance(value, bytes):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("bytes_type", "Base64 decoding failed")
    text = value.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise PydanticCustomError("bytes_type", "Base64 decoding failed") from error


def named(*names: str) -> Callable[[Any], Any]:
    """Reads the number of an enum in protobuf as its name; `names` are those from 0 on."""

    def read(value: Any) -> Any:
        return names[value] if type(value) is int and 0 <= value < len(names) else value

    return read


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


_TYPES = "TYPE_UNSPECIFIED STRING NUMBER INTEGER BOOLEAN ARRAY OBJECT NULL"
TASKS = (
    "TASK_TYPE_UNSPECIFIED RETRIEVAL_QUERY RETRIEVAL_DOCUMENT SEMANTIC_SIMILARITY CLASSIFICATION "
    "CLUSTERING QUESTION_ANSWERING FACT_VERIFICATION CODE_RETRIEVAL_QUERY"
)
_OUTCOMES = "OUTCOME_UNSPECIFIED OUTCOME_OK OUTCOME_FAILED OUTCOME_DEADLINE_EXCEEDED"


def one_of(enum: str, names: str, numbers: Iterable[int] = ()) -> PlainValidator:
    """Reads an enum by one of its `names`, or by its number in protobuf: the `numbers` of the
    first of them. `enum` is what it is called in the API's error text.
    """
    known = names.split()
    numbered = dict(zip(numbers, known, strict=False))

    def read(value: Any) -> str:
        if isinstance(value, str) and value.upper() in known:
            return value.upper()
        if type(value) is int and value in numbered:
            return numbered[value]
        type_name = f"type.googleapis.com/google.ai.generativelanguage.v1beta.{enum}"
        raise PydanticCustomError("proto_enum", "{type_name}", {"type_name": type_name})

    return PlainValidator(read)


def _not_bool(value: Any) -> Any:
    """Protobuf's JSON has no true or false for a number, where pydantic would take them."""
    if isinstance(value, bool):
        raise PydanticCustomError("int_type", "a number was expected")
    return value


def _as_list(value: Any) -> Any:
    """The API reads a lone value as a list of one: `"parts": {"text": "Hi"}`."""
    return value if isinstance(value, list | tuple) else [value]


T = TypeVar("T")
Repeated = Annotated[tuple[T, ...], BeforeValidator(_as_list)]
Map = dict[str, T]
Bytes = Annotated[bytes, PlainValidator(_decode_base64)]
Bool = StrictBool
Text = StrictStr
Int32 = Annotated[int, BeforeValidator(_not_bool), Field(ge=-(2**31), le=2**31 - 1)]
Int64 = Annotated[int, BeforeValidator(_not_bool), Field(ge=-(2**63), le=2**63 - 1)]
Float = Annotated[float, BeforeValidator(_not_bool)]
# Enums that are kept as texts, in the order of their numbers.
TypeName = Annotated[Text, BeforeValidator(_upper), BeforeValidator(named(*_TYPES.split()))]
TaskType = Annotated[Text, BeforeValidator(named(*TASKS.split()))]
Language = Annotated[Text, BeforeValidator(named("LANGUAGE_UNSPECIFIED", "PYTHON"))]
Outcome = Annotated[Text, BeforeValidator(named(*_OUTCOMES.split()))]
Struct = dict[str, Any]
