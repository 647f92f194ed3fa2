"""The Interactions API: https://ai.google.dev/gemini-api/docs/interactions."""
