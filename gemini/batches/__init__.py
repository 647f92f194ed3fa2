"""The Batch API: many prompts as one job. What people bring (`inputs`), the job to start from it
(`plan`), jobs as they are listed (`jobs`), and what came of them (`results`).
https://ai.google.dev/gemini-api/docs/batch-api
"""
