"""How high a table is drawn: as high as its rows, to a limit, then it scrolls."""

ROW, HEAD = 35, 38  # pixels, as Streamlit draws them


def table_height(rows: int, most: int = 11) -> int:
    """Pixels for so many rows below the head; `most` are to be seen at once."""
    return HEAD + ROW * min(rows, most)
