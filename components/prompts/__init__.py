"""The saved prompts."""
