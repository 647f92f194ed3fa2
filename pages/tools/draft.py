"""The functions as they are being declared on a page, with the way back to what they were."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from components.schema.draft import Draft
from gemini.structured.check import Report
from gemini.structured.finding import Finding, JsonSchema
from gemini.tools.declarations import FunctionDeclaration, check, sent
from gemini.tools.declarations_text import read_declarations, write_declarations
from gemini.tools.signature import read_functions

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
        """What `check` says of them."""
        return check(self.declarations)

    @cached_property
    def sent(self) -> tuple[FunctionDeclaration, ...]:
        """The declarations as they go out."""
        return tuple(map(sent, self.declarations)) if self.report.ok else self.declarations


@dataclass
class FunctionsDraft(Draft[Declared]):
    """The functions, what is typed as Python, and which of them the form shows.

    `row_errors` say why the rows of its table can't be parameters yet.
    """

    now: Declared = field(default_factory=Declared)
    python: str = ""
    python_errors: tuple[Finding, ...] = ()
    chosen: int = 0
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

    def change(
        self, declarations: Sequence[FunctionDeclaration], *, in_table: bool = False
    ) -> None:
        """Take other functions; the ones before can be had back."""
        text = write_declarations(declarations)
        self.take(Declared(tuple(declarations), text), in_table=in_table)

    def take(self, now: Declared, *, in_table: bool = False) -> None:
        """Take what was written; what was before can be had back."""
        super().take(now, in_table=in_table)
        self._show()

    def undo(self) -> None:
        """Go back to what was before the last change."""
        super().undo()
        self._show()

    def show(self, index: int) -> None:
        """Have the form show another function."""
        self.chosen = index
        self.redraw()
        self._show()

    def _show(self) -> None:
        self.row_errors = ()
        self.chosen = max(0, min(self.chosen, len(self.declarations) - 1))

    def write_text(self, text: str) -> None:
        """They were written as JSON. While it can't be read, the functions stay as they were."""
        reading = read_declarations(text)
        declarations = self.declarations if reading.errors else reading.declarations
        self.take(Declared(declarations, text, reading.errors, reading.notes))

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
            self.now = replace(self.now, notes=reading.notes)

    def remove(self, index: int) -> None:
        """Take one away."""
        self.change([d for number, d in enumerate(self.declarations) if number != index])

    def edit(self, index: int, **values: Any) -> None:
        """Give one another name or description; an empty one is left out."""
        edited = {**self.declarations[index], **values}
        self._replace(index, {k: v for k, v in edited.items() if v or k == "name"})

    def edit_parameters(self, index: int, schema: JsonSchema) -> None:
        """Give one the parameters that the editor of the table holds now."""
        rest = {k: v for k, v in self.declarations[index].items() if k != "parameters"}
        self._replace(index, rest | {"parameters_json_schema": schema})

    def _replace(self, index: int, declaration: FunctionDeclaration) -> None:
        """Put one in another's place. The table of parameters, if it is shown, is the same."""
        declarations = [declaration if n == index else d for n, d in enumerate(self.declarations)]
        self.change(declarations, in_table=True)
