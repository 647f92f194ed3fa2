"""The structured-output page: the schema, what is asked with it, and the value that comes."""
