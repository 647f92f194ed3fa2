"""The page that makes pictures."""
