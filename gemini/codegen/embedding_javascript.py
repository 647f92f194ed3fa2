"""Texts to vectors as a JavaScript module, in as many requests as the page sends."""

from google.genai import types

from gemini.codegen.javascript import javascript_client
from gemini.codegen.javascript_values import JavaScriptValues
from gemini.codegen.layout import JAVASCRIPT, Node, group, layout
from gemini.codegen.places import environment_hint
from gemini.codegen.strings import javascript_string
from gemini.connect import Target
from gemini.embeddings.asking import embedder
from gemini.methods import arguments
from gemini.request import Request, text_of

_COSINES = """\
// The cosine similarity of each two texts.
const length = (vector) => Math.hypot(...vector);
const dot = (one, other) => one.reduce((sum, x, n) => sum + x * other[n], 0);
for (const one of vectors) {
  const row = vectors.map(
    (other) => dot(one, other) / (length(one) * length(other)),
  );
  console.log(row.map((cosine) => cosine.toFixed(3)).join(" "));
}"""


def embed_javascript(request: Request, target: Target) -> str:
    """A module (`.mjs`) that embeds the texts and prints how alike each two are.

    It divides by the lengths, so vectors that were shortened need no scaling before.
    """
    values = JavaScriptValues({})
    texts = [text_of(content.get("parts") or []) for content in request.contents]
    lines = [
        "// npm install @google/genai",
        "",
        'import { GoogleGenAI } from "@google/genai";',
        "",
        *(f"// {line}" for line in environment_hint(target)),
        layout(javascript_client(target), JAVASCRIPT, before="const ai = ", after=";"),
        "",
        layout(values.value(texts), JAVASCRIPT, before="const texts = ", after=";"),
        "const vectors = [];",
        *_asking(request, values),
        "",
        _COSINES,
    ]
    return "\n".join(lines) + "\n"


def _asking(request: Request, values: JavaScriptValues) -> list[str]:
    """The loop over the texts, one by one or in batches."""
    size = embedder(request.model).batch
    given = arguments(request).get("config")
    config = types.EmbedContentConfig.model_validate(given) if given else None
    contents = "text" if size == 1 else f"texts.slice(start, start + {size})"
    items: list[tuple[str, Node]] = [
        ("model: ", javascript_string(request.model)),
        ("contents: ", contents),
        *([("config: ", values.value(config))] if config else []),
    ]
    call = group("await ai.models.embedContent({", items, "})")
    loop = (
        ["// This model makes one vector of a list.", "for (const text of texts) {"]
        if size == 1
        else [f"for (let start = 0; start < texts.length; start += {size}) {{"]
    )
    return [
        *loop,
        layout(call, JAVASCRIPT, before="  const response = ", after=";", indent=2),
        "  vectors.push(...response.embeddings.map((each) => each.values));",
        "}",
    ]
