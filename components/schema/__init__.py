"""Editing a JSON Schema: a draft with its way back, rows in a table, and what is said of it."""
