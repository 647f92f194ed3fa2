"""The functions as they are being declared on a page, with the way back to what they were."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from gemini.structured.check import Report
from gemini.structured.fields import Row
from gemini.structured.finding import Finding, JsonSchema
from gemini.tools.declarations import FunctionDeclaration, check, sent
from gemini.tools.declarations_text import place_findings, read_declarations, write_declarations
from gemini.tools.signature import read_functions

MOST_PAST = 50  # changes that can be undone
NEW: FunctionDeclaration = {
    "name": "my_function",
    "description": "",
    "parameters_json_schema": {"type": "object", "properties": {}},
}


@dataclass(frozen=True)
class Declared:
    """Declarations and how they stand as JSON text. Without `errors` the two are the same."""

    declarations: tuple[FunctionDeclaration, ...] = ()
    text: str = ""
    errors: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()

    @cached_property
    def report(self) -> Report:
        """What `check` says of them, with lines in the JSON text."""
        report = check(self.declarations)
        if self.errors:
            return report
        placed = [place_findings(self.text, part) for part in (report.refused, report.marked)]
        return Report(*placed)

    @cached_property
    def sent(self) -> tuple[FunctionDeclaration, ...]:
        """The declarations as they go out."""
        return tuple(map(sent, self.declarations)) if self.report.ok else self.declarations


@dataclass
class FunctionsDraft:
    """The functions now and before, what is typed as Python, and which of them the form shows.

    `version` counts the changes that the form's table didn't make itself. `base` are the rows on
    which Streamlit's editor keeps its edits; `seen` are the rows as it gave them last, and
    `row_errors` say why they can't be parameters yet.
    """

    now: Declared = field(default_factory=Declared)
    past: list[Declared] = field(default_factory=list)
    python: str = ""
    python_errors: tuple[Finding, ...] = ()
    chosen: int = 0
    version: int = 0
    base: tuple[Row, ...] = ()
    seen: tuple[Row, ...] = ()
    row_errors: tuple[Finding, ...] = ()

    @property
    def declarations(self) -> tuple[FunctionDeclaration, ...]:
        """The functions that can be read."""
        return self.now.declarations

    @property
    def names(self) -> list[str]:
        """Their names; "" where one has none yet."""
        return [str(declaration.get("name") or "") for declaration in self.declarations]

    @property
    def blocked(self) -> str:
        """Why nothing can be sent, or ""."""
        if self.now.errors:
            return "The functions as JSON can't be read; the error is shown below."
        if self.row_errors:
            return "The table of parameters isn't complete; the reason is shown below."
        if not self.now.report.ok:
            return "The functions can't be sent; the reason is shown below."
        return ""

    def change(self, declarations: Sequence[FunctionDeclaration]) -> None:
        """Take other functions; the ones before can be had back."""
        self._take(Declared(tuple(declarations), write_declarations(declarations)))

    def write_text(self, text: str) -> None:
        """They were written as JSON. While it can't be read, the functions stay as they were."""
        reading = read_declarations(text)
        declarations = self.declarations if reading.errors else reading.declarations
        self._take(Declared(declarations, text, reading.errors, reading.notes))

    def add(self, declarations: Sequence[FunctionDeclaration]) -> None:
        """Add functions, each in the place of the one that has its name."""
        new = {str(declaration.get("name")): declaration for declaration in declarations}
        replaced = [
            new.pop(name, old) for name, old in zip(self.names, self.declarations, strict=True)
        ]
        self.change([*replaced, *new.values()])
        self.chosen = len(self.declarations) - 1

    def add_new(self) -> None:
        """Add one that is to be filled in."""
        name, number = NEW["name"], 1
        while name in self.names:
            number += 1
            name = f"{NEW['name']}_{number}"
        self.change([*self.declarations, NEW | {"name": name}])
        self.chosen = len(self.declarations) - 1

    def add_python(self) -> None:
        """Add the functions of the Python text, or keep why it can't be read."""
        reading = read_functions(self.python)
        self.python_errors = reading.errors
        if reading.declarations:
            self.add(reading.declarations)
            now = self.now
            self.now = Declared(now.declarations, now.text, now.errors, reading.notes)

    def remove(self, index: int) -> None:
        """Take one away."""
        self.change([d for number, d in enumerate(self.declarations) if number != index])
        self.chosen = max(0, min(self.chosen, len(self.declarations) - 1))

    def edit(self, index: int, **values: Any) -> None:
        """Give one another name or description; an empty one is left out."""
        edited = {**self.declarations[index], **values}
        edited = {key: value for key, value in edited.items() if value or key == "name"}
        version = self.version
        self.change([edited if n == index else d for n, d in enumerate(self.declarations)])
        self.version = version  # the table of its parameters is still the same

    def edit_parameters(self, index: int, schema: JsonSchema) -> None:
        """Give one the parameters that the editor of the table holds now."""
        rest = {k: v for k, v in self.declarations[index].items() if k != "parameters"}
        edited = rest | {"parameters_json_schema": schema}
        version = self.version
        self.change([edited if n == index else d for n, d in enumerate(self.declarations)])
        self.version = version  # the editor shows them already

    def undo(self) -> None:
        """Go back to what was before the last change."""
        if self.past:
            self.now = self.past.pop()
            self._shown()

    def show(self, index: int) -> None:
        """Have the form show another function."""
        self.chosen = index
        self._shown()

    def _take(self, declared: Declared) -> None:
        if declared != self.now:
            self.past = [*self.past[-MOST_PAST:], self.now]
            self.now = declared
        self._shown()

    def _shown(self) -> None:
        self.version += 1
        self.row_errors = ()
        self.chosen = max(0, min(self.chosen, len(self.declarations) - 1))
