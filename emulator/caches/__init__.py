"""Context caching: contents kept on disk for a while, and requests that begin with them."""
