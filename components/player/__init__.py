"""Demo packs on the stage: what plays them, and the bar above the page meanwhile."""
