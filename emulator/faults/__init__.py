"""The fault lab: faults of the API, chosen for one request or the next ones."""
