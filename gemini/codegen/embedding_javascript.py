"""Texts, pictures and sounds to vectors as JavaScript, in as many requests as the page sends."""

from google.genai import types

from gemini.api.connect import Target
from gemini.api.methods import arguments
from gemini.codegen.embedding import embedded_files, named_list
from gemini.codegen.javascript import javascript_client
from gemini.codegen.javascript_values import JavaScriptValues
from gemini.codegen.layout import JAVASCRIPT, Node, group, layout
from gemini.codegen.places import environment_hint
from gemini.codegen.strings import javascript_string
from gemini.embeddings.inputs import embedder
from gemini.request import Request

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


def embed_javascript(request: Request, target: Target) -> str:
    """A module (`.mjs`) that embeds the set and prints how alike each two are.

    Pictures and sounds are read from files beside it, by their names. It divides by the lengths,
    so vectors that were shortened need no scaling before.
    """
    values = JavaScriptValues(embedded_files(request))
    name, listed = named_list(request, values)
    lines = [
        "// npm install @google/genai",
        "",
        *(['import { readFileSync } from "node:fs";'] if values.reads_files else []),
        values.sdk_import,
        "",
        *(f"// {line}" for line in environment_hint(target)),
        layout(javascript_client(target), JAVASCRIPT, before="const ai = ", after=";"),
        "",
        layout(listed, JAVASCRIPT, before=f"const {name}s = ", after=";"),
        "const vectors = [];",
        *_asking(request, values, name),
        "",
        _COSINES,
    ]
    return "\n".join(lines) + "\n"


def _asking(request: Request, values: JavaScriptValues, name: str) -> list[str]:
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
