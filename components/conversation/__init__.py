"""Conversations: their turns, the field below them, what can be done with them."""
