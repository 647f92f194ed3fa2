"""What the API stores: files, caches, tuned models."""
