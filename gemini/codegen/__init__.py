"""Code that sends a Request as the page did: Python, curl, JavaScript, a notebook, a zip of all.

It names only what was set, reads media from files and the key from the environment, and what it
sends is the same, field by field.
"""
