"""Boxes, points and masks: asking for them, reading the reply, drawing, comparing, exporting.

Coordinates are the API's own: 0-1000 from the top left corner, y before x, whatever the size of
the picture. Pixels appear only where a picture's size is given.
"""
