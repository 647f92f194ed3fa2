"""The history's schema, version by version. A revision that was published is never changed."""
