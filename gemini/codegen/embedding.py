"""Texts to vectors as code: the whole set, in as many requests as the page sends."""

from gemini.codegen.calls import call_curl
from gemini.codegen.layout import PYTHON, Node, group, layout
from gemini.codegen.places import environment_hint
from gemini.codegen.python import client_expression, import_lines
from gemini.codegen.python_values import PythonValues
from gemini.codegen.strings import python_string
from gemini.connect import Target
from gemini.embeddings.asking import embedder
from gemini.embeddings.sending import split
from gemini.methods import arguments
from gemini.request import Request, text_of

_METHOD = "models.embed_content"
_NORMALISING = "https://ai.google.dev/gemini-api/docs/embeddings"


def embed_python(request: Request, target: Target) -> str:
    """A Python program that embeds the texts and prints how alike each two are."""
    values = PythonValues({})
    texts = [text_of(content.get("parts") or []) for content in request.contents]
    body = [
        *(f"# {line}" for line in environment_hint(target)),
        layout(client_expression(target, values), PYTHON, before="client = "),
        "",
        layout(values.value(texts), PYTHON, before="texts = "),
        "vectors = []",
        *_asking(request, values),
        "",
        "matrix = np.array(vectors)",
        *_normalising(request),
        "print(matrix @ matrix.T)  # the cosine similarity of each two texts",
    ]
    lines = ["# pip install google-genai numpy", "", "import numpy as np"]
    return "\n".join([*lines, *import_lines(values.imports), "", *body]) + "\n"


def embed_curl(request: Request, target: Target) -> str:
    """A bash script with curl that sends the first of the requests; it says how many there are.

    Raises:
        ValueError: the SDK makes none for this backend; the text is its own.
    """
    pieces = split(request)
    first, *rest = call_curl(_METHOD, arguments(pieces[0]), target).splitlines(keepends=True)
    told = [f"# The first of {len(pieces)} requests.\n"] if len(pieces) > 1 else []
    return "".join([first, *told, *rest])


def _asking(request: Request, values: PythonValues) -> list[str]:
    """The loop over the texts, one by one or in batches."""
    size = embedder(request.model).batch
    config = arguments(request).get("config")
    items: list[tuple[str, Node]] = [
        ("model=", python_string(request.model)),
        ("contents=", "text" if size == 1 else f"texts[start : start + {size}]"),
        *([("config=", values.value(config))] if config else []),
    ]
    call = group(f"client.{_METHOD}(", items, ")")
    asked = layout(call, PYTHON, before="    response = ", indent=4)
    if size == 1:
        return [
            "for text in texts:  # this model makes one vector of a list",
            asked,
            "    vectors.append(response.embeddings[0].values)",
        ]
    return [
        f"for start in range(0, len(texts), {size}):",
        asked,
        "    vectors += [embedding.values for embedding in response.embeddings]",
    ]


def _normalising(request: Request) -> list[str]:
    if embedder(request.model).unit_length:
        return []
    return [
        f"# Shortened vectors don't have length 1: {_NORMALISING}",
        "matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)",
    ]
