"""Media that come to a page, travel with its prompts, and are played beside the answers."""
