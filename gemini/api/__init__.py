"""The way to the API: connections, the wire, what fails, what is safe to show."""
