"""The run settings: what there is, who takes it, what of it is sent."""
