"""A process that wants to send many requests at once, and prints how many were let through.

Its arguments: the database's URL, how many, and the limit of a minute for everyone.
"""

import sys
from concurrent.futures import ThreadPoolExecutor

from gemini.history.database import open_history
from gemini.history.limits import EVERYONE, Limits
from tests.gemini.history.sample_runs import running

url, number, most = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
history = open_history(url)
rules = {EVERYONE: Limits(requests_per_minute=most)}
with ThreadPoolExecutor(number) as pool:
    problems = list(pool.map(lambda _: history.admit("ann", rules, running(), 1), range(number)))
print(sum(problem is None for problem in problems))  # noqa: T201
history.close()
