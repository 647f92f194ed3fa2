"""Texts, images and sounds to vectors, and vectors held against each other."""
