"""Answers with tools of Google's, in the shapes the documentation shows, for several test layers.

https://ai.google.dev/gemini-api/docs/google-search, /maps-grounding, /url-context, /code-execution.
"""

import base64
import io
from typing import Any

from PIL import Image

from tests.fake_gemini import Reply, chunk

FIRST = "Spain won Euro 2024, beating England 2–1 in the final."
SECOND = "It is **España’s** fourth title 🏆, a record."
TEXT = f"{FIRST} {SECOND}\n\n```python\ntitles = 4\n```\n\nThe final was in Berlin."
REDIRECT = "https://vertexaisearch.cloud.google.com/grounding-api-redirect/"
SUGGESTIONS = """<style>
.container { align-items: center; border-radius: 8px; display: flex; font-family: sans-serif;
  font-size: 14px; line-height: 20px; padding: 8px 12px; background-color: #fafafa;
  box-shadow: 0 0 0 1px #0000000f }
.chip { border: solid 1px #d2d2d2; border-radius: 16px; color: #5e5e5e; padding: 5px 16px;
  margin: 0 8px; display: inline-block; text-decoration: none; background: #fff }
.carousel { overflow: auto; white-space: nowrap }
@media (prefers-color-scheme: dark) {
  .container { background-color: #1f1f1f; box-shadow: 0 0 0 1px #ffffff26 }
  .chip { background-color: #2c2c2c; border-color: #3c4043; color: #fff }
}
</style>
<div class="container">
  <div class="carousel">
    <a class="chip" href="https://www.google.com/search?q=euro+2024+winner">euro 2024 winner</a>
    <a class="chip" href="https://www.google.com/search?q=spain+titles">spain titles</a>
  </div>
</div>
<script>parent.document.body.dataset.reached = "yes"</script>"""


def segment(text: str, piece: str, **more: Any) -> dict[str, Any]:
    """A segment as the API tells it: offsets in bytes of UTF-8, a start of 0 left out."""
    start = len(text[: text.index(piece)].encode())
    found = {"startIndex": start, "endIndex": start + len(piece.encode()), "text": piece, **more}
    return found if start else {k: v for k, v in found.items() if k != "startIndex"}


def support(text: str, piece: str, *chunks: int) -> dict[str, Any]:
    return {"segment": segment(text, piece), "groundingChunkIndices": list(chunks)}


def web(title: str, path: str) -> dict[str, Any]:
    return {"web": {"uri": f"{REDIRECT}{path}", "title": title}}


SEARCHED = {
    "webSearchQueries": ["euro 2024 winner", "spain titles"],
    "searchEntryPoint": {"renderedContent": SUGGESTIONS},
    "groundingChunks": [web("uefa.com", "AbC"), web("aljazeera.com", "DeF(1)")],
    "groundingSupports": [
        support(TEXT, FIRST, 0, 1),
        support(TEXT, SECOND, 1),
        support(TEXT, "titles = 4", 0),
    ],
}


def grounded(**metadata: Any) -> Reply:
    """An answer from Google Search: its text in pieces, what it rests on in the last chunk."""
    pieces = [TEXT[at : at + 17] for at in range(0, len(TEXT), 17)]
    usage = {"promptTokenCount": 7, "candidatesTokenCount": 40, "totalTokenCount": 47}
    last = chunk(pieces[-1], finish="STOP", usage=usage, groundingMetadata={**SEARCHED, **metadata})
    return Reply([*map(chunk, pieces[:-1]), last])


def parts_reply(*parts: dict[str, Any], **candidate: Any) -> Reply:
    """An answer of these parts, one a chunk."""
    chunks = [chunk(content={"role": "model", "parts": [part]}) for part in parts]
    return Reply([*chunks, chunk("", finish="STOP", **candidate)])


def picture() -> bytes:
    """A chart, as far as anybody can tell."""
    target, chart = io.BytesIO(), Image.new("RGB", (320, 200), "#f3f5f8")
    for bar, height in enumerate((60, 110, 90, 160)):
        chart.paste("#2457c5", (30 + bar * 70, 190 - height, 80 + bar * 70, 190))
    chart.save(target, "PNG")
    return target.getvalue()


def ran_code(outcome: str = "OUTCOME_OK", output: str = "5117\n") -> Reply:
    """An answer that ran code and drew a picture."""
    drawn = base64.b64encode(picture()).decode()
    return parts_reply(
        {"text": "I will compute it."},
        {"executableCode": {"language": "PYTHON", "code": "print(sum(primes))\n"}},
        {"codeExecutionResult": {"outcome": outcome, "output": output}},
        {"inlineData": {"mimeType": "image/png", "data": drawn}},
        {"text": "The sum is 5117."},
    )


def read_pages() -> Reply:
    """An answer from the pages whose addresses were in the prompt."""
    pages = {"a.example/cake": "SUCCESS", "b.example/pie": "PAYWALL", "c.example/": "UNSAFE"}
    told = [
        {"retrievedUrl": f"https://{url}", "urlRetrievalStatus": f"URL_RETRIEVAL_STATUS_{status}"}
        for url, status in pages.items()
    ]
    return parts_reply({"text": "Both need butter."}, urlContextMetadata={"urlMetadata": told})


def found_places() -> Reply:
    """An answer from Google Maps."""
    text = "Try Café Zoë near the canal."
    return parts_reply(
        {"text": text},
        groundingMetadata={
            "groundingChunks": [
                {
                    "maps": {
                        "uri": "https://maps.google.com/?cid=123",
                        "title": "Café Zoë",
                        "placeId": "places/ChIJ123",
                    }
                }
            ],
            "groundingSupports": [support(text, text, 0)],
        },
    )


def called_tools() -> Reply:
    """An answer with the server's own calls in it, as they come beside functions."""
    kind = {"id": "t1", "toolType": "GOOGLE_SEARCH_WEB"}
    return parts_reply(
        {"toolCall": {**kind, "args": {"queries": ["northernmost city"]}}},
        {"toolResponse": {**kind, "response": {"search_suggestions": "..."}}},
        {"text": "It is Utqiagvik."},
    )
