"""A widget whose label changes has a key, or the click on it is lost: it is another widget then."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
WIDGETS = {"button", "download_button", "form_submit_button", "popover", "toggle", "checkbox"}
FIELDS = {"text_input", "text_area", "number_input", "selectbox", "multiselect", "slider"}
OTHERS = {"file_uploader", "segmented_control", "pills", "radio", "menu_button", "chat_input"}


def nameless() -> Iterator[str]:
    for folder in ("components", "pages"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and _changes_without_a_key(node):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}"


def _changes_without_a_key(node: ast.Call) -> bool:
    if not (isinstance(node.func, ast.Attribute) and node.args):
        return False
    given = {keyword.arg for keyword in node.keywords}
    keyed = "key" in given or None in given  # None: as `**bound(...)` has it
    is_widget = node.func.attr in WIDGETS | FIELDS | OTHERS
    return is_widget and not keyed and not isinstance(node.args[0], ast.Constant)


def test_every_widget_with_a_label_that_changes_has_a_key() -> None:
    assert list(nameless()) == []
