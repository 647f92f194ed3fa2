"""Function calling: functions declared, called by the model, and answered.

A declaration is plain data (`types.FunctionDeclarationDict`). It comes from JSON text
(`declarations_text`), from Python functions pasted as text (`signature`), or from a form, and
`declarations.check` says what the API would refuse. `calling` puts declarations and mode into a
request's config. What the model calls is in its parts; each call is answered with a `Result`, typed
by hand (`results`) or given by a built-in function (`built_in`).
"""
