"""The files page, and uploads to the Files API."""
