"""How the sample media are made. Run by samples/make_media.py; nothing in the app imports it."""
