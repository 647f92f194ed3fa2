"""The OpenAI-compatible part of the API: https://ai.google.dev/gemini-api/docs/openai."""
