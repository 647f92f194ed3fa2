"""Files that go along with a prompt: added, listed, previewed, stored, sent."""
