"""Text as Streamlit may show it: what a model wrote, and what is to stand as it is."""
