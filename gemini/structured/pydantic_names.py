"""Names for generated Python: valid, unique, and hiding nothing that the code needs."""

import keyword
import re

from pydantic import BaseModel

# What the generated module uses by name. A field of such a name would hide it from the lines below.
_USED = {
    "Annotated",
    "Any",
    "BaseModel",
    "ConfigDict",
    "Field",
    "Literal",
    "RootModel",
    "UUID",
    "bool",
    "dict",
    "dt",
    "float",
    "int",
    "list",
    "str",
    "tuple",
}


def field_name(name: str, taken: set[str]) -> str:
    """An attribute for the property `name`: itself where Python and Pydantic allow it."""
    plain = re.sub(r"\W", "_", name, flags=re.ASCII).lstrip("_") or "field"
    # model_validate and model_dump are namespaces to Pydantic: it warns of all that begins so.
    if plain[0].isdigit() or plain.startswith(("model_validate", "model_dump")):
        plain = f"field_{plain}"
    if keyword.iskeyword(plain) or plain in _USED or hasattr(BaseModel, plain):
        plain += "_"
    return _free(plain, taken)


def class_name(text: str, taken: set[str]) -> str:
    """A class for an object called `text`, in CapWords."""
    words = re.findall(r"[A-Za-z0-9]+", text)
    plain = "".join(word[0].upper() + word[1:] for word in words) or "Model"
    if plain[0].isdigit() or keyword.iskeyword(plain) or plain in _USED:
        plain = f"Model{plain}"
    return _free(plain, taken)


def _free(name: str, taken: set[str]) -> str:
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}{number}"
    taken.add(free)
    return free


def singular(name: str) -> str:
    """The name of one item of a list called `name`, by English's commonest endings."""
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    if name.endswith(("sses", "xes", "ches", "shes")):
        return name[:-2]
    if name.endswith("s") and not name.endswith("ss"):
        return name[:-1]
    return f"{name}_item"
