"""The models page, and the choice of a model that makes something."""
