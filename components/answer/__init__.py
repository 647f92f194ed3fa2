"""What comes back, on the screen: text, thoughts, calls, sources, figures, wire and code."""
