"""The page that makes videos."""
