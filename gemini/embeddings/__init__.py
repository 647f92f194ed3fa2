"""Texts to vectors: how models are asked (`asking`), the requests it takes (`sending`), what came
of them (`results`), and vectors held against each other (`vectors`)."""
