"""The Interactions API: the same Request and Run, sent and received in its own words."""
