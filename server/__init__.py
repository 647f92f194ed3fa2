"""What the playground is as a server: the headers, health, metrics, log and end of its process."""
