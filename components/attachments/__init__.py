"""Files sent with a prompt: added, listed, previewed, stored, sent."""
