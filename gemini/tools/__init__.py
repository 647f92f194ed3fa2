"""Function calling: functions declared, called by the model, and answered.

A declaration is plain data (`types.FunctionDeclarationDict`). It comes from JSON text
(`read_declarations`), from Python functions pasted as text (`read_functions`), or from a form, and
`check` says what the API would refuse. `with_functions` puts declarations and mode into a
request's config. What the model calls is in its parts (`calls_in`); each call is answered with a
`Result`, typed by hand (`read_result`) or made by a built-in function (`run`).
"""

from gemini.tools.built_in import built_ins, is_built_in, run
from gemini.tools.calling import MODES, NAMING, Mode, calling_of, functions_of, with_functions
from gemini.tools.declarations import (
    MAX_FUNCTIONS,
    NO_ARGUMENTS,
    FunctionDeclaration,
    arguments_schema,
    check,
    sent,
)
from gemini.tools.declarations_text import place_findings, read_declarations, write_declarations
from gemini.tools.gallery import ToolSample, gallery
from gemini.tools.results import FunctionCall, Result, calls_in, read_result, results_in, rounds
from gemini.tools.signature import read_functions

__all__ = [
    "MAX_FUNCTIONS",
    "MODES",
    "NAMING",
    "NO_ARGUMENTS",
    "FunctionCall",
    "FunctionDeclaration",
    "Mode",
    "Result",
    "ToolSample",
    "arguments_schema",
    "built_ins",
    "calling_of",
    "calls_in",
    "check",
    "functions_of",
    "gallery",
    "is_built_in",
    "place_findings",
    "read_declarations",
    "read_functions",
    "read_result",
    "results_in",
    "rounds",
    "run",
    "sent",
    "with_functions",
    "write_declarations",
]
