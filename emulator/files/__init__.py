"""The Files API: uploads kept on disk for 48 hours, and what requests refer to by URI."""
