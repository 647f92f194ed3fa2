"""The places of an answer's candidates: side by side, and scrolled where they are many."""

from streamlit.delta_generator import DeltaGenerator


def candidate_columns(place: DeltaGenerator, count: int, run_id: str) -> list[DeltaGenerator]:
    """A column for each candidate. Their least width is in the shell's style."""
    return list(place.container(key=f"candidates-{run_id}").columns(count, border=True))
