"""The run settings in the sidebar."""
