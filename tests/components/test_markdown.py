"""Text of a model is shown as written, and cut the same however it arrives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import helpers

from components.markdown.markdown import Splitter, shown
from components.markdown.writing import fetches


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It costs $5 or $6.", r"It costs \$5 or \$6."),
        (r"Already \$5", r"Already \$5"),
        ("`$HOME` and $HOME", r"`$HOME` and \$HOME"),
        ("```sh\necho $HOME -> x\n```\n$1", "```sh\necho $HOME -> x\n```\n\n\\$1"),
        ("~~~\n$1\n```\n$2\n~~~", "````\n$1\n```\n$2\n````"),
        (":red[text]", r"\:red\[text\]"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "| a | b |\n| --- | --- |\n| 1 | 2 |"),
        ("at 10:30:45", "at 10:30:45"),
        ("[link](https://x.example)", "[link](https://x.example)"),
        ("5~7 km, ~~gone~~", r"5\~7 km, ~~gone~~"),
        ("a->b, --flag, 1<=2", r"a->b, --flag, 1\<=2"),
        ("__init__.py and my_var", "__init__.py and my_var"),
        ("Open http://localhost:8501/a_b_.", "Open <http://localhost:8501/a_b>\\_."),
        ("redis://cache:6379/0", "redis://cache:6379/0"),
        ("std::vector", r"std\:\:vector"),
        ("email:mira@example.org", r"email\:mira@example.org"),
        ("[docs](http://h:1/:material/x)", "[docs](http://h:1/&#58;material/x)"),
        ("note[^1]\n\n[^1]: http://x.y", "note\\[^1\\]\n\n\\[^1\\]: <http://x.y>"),
        ("<b>x</b>", r"\<b>x\</b>"),
        ("a<br>b", "a\\\nb"),
        ("| a |\n|---|\n| b<br/>c |", "| a |\n| --- |\n| b |\n| c |"),
        ("1\\) no list", "1\\) no list"),
        ("- [ ] do\n- [x] done", "- [ ] do\n- [x] done"),
        ("    a = '$'", "```\na = '$'\n```"),
        ("Title\n=====", "# Title"),
        ("`a :material/b: c`", "`a :material`:small[]`/b: c`"),
        (":material/home: :smile:", r"\:material&#47;home: \::small[]smile:"),
    ],
)
def test_shown_as_written(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$x_i * y_i$ and $a*b$", "$$x_i * y_i$$ and $$a*b$$"),
        (r"\(a_1 * b_1\) and \(c*d\)", "$$a_1 * b_1$$ and $$c*d$$"),
        ("so $$a$$ is", "so $$\\displaystyle a$$ is"),
        ("$$\n\\frac{a}{b}\n\n= 1\n$$", "$$\n\\frac{a}{b}\n= 1\n$$"),
        ("\\[ x^2 \\]", "$$\nx^2\n$$"),
        ("\\[\na \\\\ b\n\\]", "$$\na \\\\ b\n$$"),
        (r"it is \(\$5\)", r"it is $$\$5$$"),
        ("- a\n  $$\n  x\n  $$", "- a\n  $$\n  x\n  $$"),
        ("| a |\n|---|\n| $\\|x\\|$ |", "| a |\n| --- |\n| $$\\vert x\\vert $$ |"),
        ("the $n$th, $f'$", "the $$n$$th, $$f'$$"),
        ("from $5 to $9", r"from \$5 to \$9"),
        ("($5) and ($9)", r"(\$5) and (\$9)"),
        ("$5 and 10$", r"\$5 and 10\$"),
        ("$HOME/$USER, ${a}/${b}", r"\$HOME/\$USER, \${a}/\${b}"),
        (r"a\[0\] and \(see the note\)", r"a\[0\] and (see the note)"),
        ("$114.22 [1](u), $113.37 and $115.40", r"\$114.22 [1](u), \$113.37 and \$115.40"),
    ],
)
def test_formulas_are_formulas_and_prices_are_not(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("![secret](http://evil/?q=1)", "[secret](http://evil/?q=1)"),
        ("![](http://evil)", "[image](http://evil)"),
        ("[![a](http://p)](http://l)", "[a](http://l)"),
        ("![a [b] c](http://p)", r"[a \[b\] c](http://p)"),
        ("![x][r]\n\n[r]: http://p", "[x](http://p)"),
        ("&#33;[a](http://p)", r"\![a](http://p)"),
        ("wow![a](http://p)", "wow[a](http://p)"),
        ("<img src=http://p>", r"\<img src=<http://p>>"),
        ("![a](data:image/png;base64,AA)", "a"),
    ],
)
def test_no_picture_is_loaded(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_a_document_in_a_fence_is_one_block() -> None:
    text = "A:\n\n```markdown\n# B\n```sh\nmake\n```\nDone.\n```\n\nEnd."
    assert shown(text) == "A:\n\n````markdown\n# B\n```sh\nmake\n```\nDone.\n````\n\nEnd."
    assert split(*text) == ["A:", "```markdown\n# B\n```sh\nmake\n```\nDone.\n```", "End."]


@pytest.mark.parametrize(
    ("diagram", "harmful"),
    [
        ("graph TD; A-->B", False),
        ('graph TD; A["a/b & <br/> HTTP"] --> B', False),
        ("classDiagram\n A <|-- B", False),
        ('flowchart TD\n A@{ img: "http://x/y.png" }', True),
        ("graph TD; A[\"<img src='/\n/x/y'>\"]", True),
        ("%%{init: {'themeCSS': '@import url(x)'}}%%\ngraph TD; A", True),
        ('graph TD; A["`![a](\\2f\\2fx)`"]', True),
        ("graph TD; A[\"<image href='&#47;&sol;x'>\"]", True),
    ],
)
def test_a_diagram_that_could_fetch_is_shown_as_code(diagram: str, harmful: bool) -> None:
    assert fetches(diagram) is harmful
    markdown = shown(f"```mermaid\n{diagram}\n```")
    assert markdown.startswith("```\n") if harmful else markdown.startswith("```mermaid\n")
    assert markdown.endswith(f"```\n{diagram}\n```")


def test_a_diagram_that_is_still_written_is_code() -> None:
    assert shown("```mermaid\ngraph TD; A") == "```\ngraph TD; A\n```"


@pytest.mark.parametrize("symbol", ["->", "<-", "<->", "--", ">=", "<=", "~="])
def test_symbols_are_cut_in_two_only_where_they_would_be_read(symbol: str) -> None:
    assert ":small[]" in shown(f"x {symbol} y")
    assert ":small[]" not in shown(f"x{symbol}y")


@given(st.text())
def test_any_text_can_be_shown(text: str) -> None:
    assert isinstance(shown(text), str)


def split(*chunks: str) -> list[str]:
    splitter = Splitter()
    done = [block for chunk in chunks for block in splitter.feed(chunk)]
    return [*done, splitter.open] if splitter.open else done


def test_paragraphs_are_blocks() -> None:
    assert split("One.\n\nTwo\nlines.\n\n\nThree.") == ["One.", "Two\nlines.", "Three."]


def test_a_paragraph_is_closed_as_soon_as_the_next_begins() -> None:
    splitter = Splitter()
    assert splitter.feed("One.\n\n") == []
    assert splitter.feed("T") == ["One."]
    assert splitter.open == "T"


def test_code_formulas_and_lists_stay_whole() -> None:
    code = "```py\na = 1\n\nb = 2\n```"
    formula = "$$\na\n\nb\n$$"
    numbered = "1. one\n\n2. two\n\n   still two\n\n3. three"
    nested = "- a\n  ```yaml\n  b:\n\n  c:\n  ```\n- d"
    assert split(f"Code:\n\n{code}\n\n{formula}\n\nList:\n\n{numbered}\n\nEnd.\n\n{nested}") == [
        "Code:",
        code,
        formula,
        "List:",
        numbered,
        "End.",
        nested,
    ]


def test_a_long_list_is_cut_between_items() -> None:
    items = [f"- {'word ' * 60}{i}" for i in range(10)]
    blocks = split("\n\n".join(items))
    assert len(blocks) > 1
    assert "\n\n".join(blocks) == "\n\n".join(items)


BITS = ["a word ", "\n", "\n\n", "- item", "1. ", "1", "```", "```py\n", "    deep", "| x |", "#"]
PIECES = st.lists(
    st.sampled_from([*BITS, "$$", "\\[", "\\]", "```md\n", "~~~\n", "[a]: b\n"]), max_size=40
)


@given(PIECES, st.data())
def test_chunking_makes_no_difference(pieces: list[str], data: st.DataObject) -> None:
    text = "".join(pieces)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    chunks = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert split(*chunks) == split(text)


@given(PIECES)
def test_nothing_is_lost(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert "".join(split(text)).replace("\n", "") == text.replace("\n", "")


@pytest.mark.parametrize("text", ["[" * 20_000, "[" * 20_000 + "]", "![" * 10_000 + "]"])
def test_brackets_without_end_are_not_looked_through_again_and_again(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sought, label = [], helpers.parseLinkLabel
    monkeypatch.setattr(helpers, "parseLinkLabel", lambda *given: sought.append(1) or label(*given))
    assert shown(text).replace("\\", "") == text
    assert len(sought) < 1000


def test_a_link_after_brackets_without_end_is_one() -> None:
    text = "[" * 50 + "[a](https://b.test)"
    assert shown(text).endswith("[a](https://b.test)")
