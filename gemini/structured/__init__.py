"""Structured output: schemas made four ways, checked before sending, and the answers read back.

A schema is a plain dict of JSON Schema. Its four sources give a `Reading` (the schema, or errors
with their places): rows of a table (`fields`), JSON (`text`), an example (`infer`), classes
(`pydantic_source`). Back: `fields_reading`, `text.write_text`, `to_pydantic`. Before sending:
`check`, then `sending` (by `reducing`). After: `answer`, `validate`, `answer_table`.
"""
