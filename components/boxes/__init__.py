"""The page about bounding boxes."""
