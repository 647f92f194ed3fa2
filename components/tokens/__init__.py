"""The token counter, and what tokens cost."""
