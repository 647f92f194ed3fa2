"""What a page sends to its server, done again without a browser; see `bench.sessions`."""
