"""The long-context page."""
