"""The tuning page."""
