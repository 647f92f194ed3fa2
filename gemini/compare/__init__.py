"""Two or more of a kind beside each other: runs, requests, texts."""
