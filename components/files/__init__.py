"""Files on their way through the browser: taken over from its fields, previewed, uploaded."""
