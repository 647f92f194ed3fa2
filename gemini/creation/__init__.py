"""Requests that make images, videos and speech."""
