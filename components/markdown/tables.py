"""The tables in Markdown, as rows of plain texts."""

from collections.abc import Sequence

from markdown_it.token import Token

from components.markdown.reading import read

Table = list[list[str]]
"""Rows of cells, the head first; every row as long as it."""

BREAKS = {"softbreak": " ", "hardbreak": " ", "line_break": " "}


def may_have_tables(text: str) -> bool:
    """Whether a text could have a table: a line of bars and dashes stands in it."""
    return "|" in text and any(
        "|" in line and "-" in line and not line.strip("|-: \t>") for line in text.splitlines()
    )


def tables_in(text: str) -> list[Table]:
    """The tables of a text in their order, without marks: `**2**` is 2."""
    tables: list[Table] = []
    before = ""
    for token in read(text) if may_have_tables(text) else []:
        if token.type == "table_open":
            tables.append([])
        elif token.type == "tr_open":
            tables[-1].append([])
        elif token.type == "inline" and before in {"th_open", "td_open"}:
            tables[-1][-1].append(_plain(token.children or []))
        before = token.type
    return [_even(table) for table in tables if len(table) > 1]


def _even(table: Table) -> Table:
    width = len(table[0])
    return [[*row, *[""] * (width - len(row))][:width] for row in table]


def _plain(tokens: Sequence[Token]) -> str:
    """What a cell says, without its marks."""
    return "".join(BREAKS.get(token.type, token.content) for token in tokens).strip()
