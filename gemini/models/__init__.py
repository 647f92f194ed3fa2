"""What is known of the models: what they take, cost and count, and where they are offered."""
