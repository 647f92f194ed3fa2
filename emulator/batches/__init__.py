"""The Batch API: jobs of many requests, answered one by one in the background."""
