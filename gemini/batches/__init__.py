"""The Batch API: many prompts as one job. A table of rows (`table`), the job to start from it
(`plan`), whole requests instead (`requests`), jobs as they are listed (`jobs`), what came of them
(`results`), and the tables kept until their results are there (`kept`). https://ai.google.dev/gemini-api/docs/batch-api
"""
