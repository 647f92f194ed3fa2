"""Texts, pictures and sounds to vectors as code: the whole set, in as many requests as the page."""

from google.genai import types

from gemini.api.connect import Target
from gemini.api.methods import arguments
from gemini.codegen.calls import call_curl
from gemini.codegen.fields import TypedRequest
from gemini.codegen.files import MediaFile, media_files
from gemini.codegen.javascript import javascript_program
from gemini.codegen.layout import (
    JAVASCRIPT,
    PYTHON,
    Node,
    group,
    javascript_string,
    layout,
    python_string,
)
from gemini.codegen.python import NUMPY, python_program
from gemini.codegen.values import JavaScriptValues, PythonValues, Values
from gemini.embeddings.inputs import embedder, input_of
from gemini.embeddings.sending import split
from gemini.request import Request, text_of

_METHOD = "models.embed_content"
_NORMALISING = "https://ai.google.dev/gemini-api/docs/embeddings"

_COSINES = """\
// The cosine similarity of each two.
const length = (vector) => Math.hypot(...vector);
const dot = (one, other) => one.reduce((sum, x, n) => sum + x * other[n], 0);
for (const one of vectors) {
  const row = vectors.map(
    (other) => dot(one, other) / (length(one) * length(other)),
  );
  console.log(row.map((cosine) => cosine.toFixed(3)).join(" "));
}"""


def embed_python(request: Request, target: Target) -> str:
    """A Python program that embeds the set and prints how alike each two are.

    Pictures and sounds are read from files beside it, by their names.
    """
    values = PythonValues(embedded_files(request))
    name, listed = _named_list(request, values)
    values.imports.add(NUMPY)
    body = [
        layout(listed, PYTHON, before=f"{name}s = "),
        "vectors = []",
        *_python_loop(request, values, name),
        "",
        "matrix = np.array(vectors)",
        *_normalising(request),
        f"print(matrix @ matrix.T)  # the cosine similarity of each two {name}s",
    ]
    return python_program(target, values, body)


def embed_curl(request: Request, target: Target) -> str:
    """A bash script with curl that sends the first of the requests; it says how many there are.

    Raises:
        ValueError: the SDK makes none for this backend, and the text is its own; or it would have
            a picture or a sound written out in it.
    """
    pieces = split(request)
    if input_of(pieces[0]).media:
        raise ValueError(
            "The first request holds an image or a sound, which would be written out here in "
            "full. Take the Python or JavaScript code, which reads it from its file."
        )
    first, *rest = call_curl(_METHOD, arguments(pieces[0]), target).splitlines(keepends=True)
    note = [f"# The first of {len(pieces)} requests.\n"] if len(pieces) > 1 else []
    return "".join([first, *note, *rest])


def embedded_files(request: Request) -> dict[str, MediaFile]:
    """The pictures and sounds of a set as files, by their digest."""
    names = {one.digest: one.name for one in input_of(request).media if one}
    contents = [types.Content.model_validate(content) for content in request.contents]
    return media_files(TypedRequest(request.model, contents, None), names)


def _named_list(request: Request, values: Values) -> tuple[str, Node]:
    """What one of the set is called in code, "text" or "item", and the expression of them all."""
    nodes = [
        values.model(types.Part.model_validate(part))
        if "inline_data" in part
        else values.string(text_of([part]))
        for part in request.parts
    ]
    name = "item" if any("inline_data" in part for part in request.parts) else "text"
    return name, group("[", (("", node) for node in nodes), "]")


def embed_javascript(request: Request, target: Target) -> str:
    """A module (`.mjs`) that embeds the set and prints how alike each two are.

    Pictures and sounds are read from files beside it, by their names. It divides by the lengths,
    so vectors that were shortened need no scaling before.
    """
    values = JavaScriptValues(embedded_files(request))
    name, listed = _named_list(request, values)
    body = [
        layout(listed, JAVASCRIPT, before=f"const {name}s = ", after=";"),
        "const vectors = [];",
        *_javascript_loop(request, values, name),
        "",
        _COSINES,
    ]
    return javascript_program(target, values, body)


def _python_loop(request: Request, values: PythonValues, name: str) -> list[str]:
    """The loop over the set, one by one or in batches."""
    size = embedder(request.model).batch
    config = arguments(request).get("config")
    items: list[tuple[str, Node]] = [
        ("model=", python_string(request.model)),
        ("contents=", name if size == 1 else f"{name}s[start : start + {size}]"),
        *([("config=", values.value(config))] if config else []),
    ]
    call = group(f"client.{_METHOD}(", items, ")")
    code = layout(call, PYTHON, before="    response = ", indent=4)
    if size == 1:
        return [
            f"for {name} in {name}s:  # this model makes one vector of a list",
            code,
            "    vectors.append(response.embeddings[0].values)",
        ]
    return [
        f"for start in range(0, len({name}s), {size}):",
        code,
        "    vectors += [embedding.values for embedding in response.embeddings]",
    ]


def _normalising(request: Request) -> list[str]:
    if embedder(request.model).unit_length:
        return []
    return [
        f"# Shortened vectors don't have length 1: {_NORMALISING}",
        "matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)",
    ]


def _javascript_loop(request: Request, values: JavaScriptValues, name: str) -> list[str]:
    """The loop over the set, one by one or in batches."""
    size = embedder(request.model).batch
    given = arguments(request).get("config")
    config = types.EmbedContentConfig.model_validate(given) if given else None
    contents = name if size == 1 else f"{name}s.slice(start, start + {size})"
    items: list[tuple[str, Node]] = [
        ("model: ", javascript_string(request.model)),
        ("contents: ", contents),
        *([("config: ", values.value(config))] if config else []),
    ]
    call = group("await ai.models.embedContent({", items, "})")
    loop = (
        ["// This model makes one vector of a list.", f"for (const {name} of {name}s) {{"]
        if size == 1
        else [f"for (let start = 0; start < {name}s.length; start += {size}) {{"]
    )
    return [
        *loop,
        layout(call, JAVASCRIPT, before="  const response = ", after=";", indent=2),
        "  vectors.push(...response.embeddings.map((each) => each.values));",
        "}",
    ]
