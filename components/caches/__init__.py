"""The caches page, and the cached content of the run settings."""
