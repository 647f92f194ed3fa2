"""Demo packs: scenes to be shown on a stage, with recorded answers for when the network fails."""
