"""A process that records a run whose answer never ends. Its argument is the database's URL."""

import sys
import time
from itertools import count

from gemini.history.database import open_history
from tests.gemini.history.sample_runs import picture, running

history = open_history(sys.argv[1])
run = running("Count", picture())
run.candidate(0).parts.append(picture(b"made" * 20))
history.of("ann").record(run, "chat", session="s")
for number in count():
    run.usage = {"total_token_count": number}
    run.candidate(0).parts.append({"text": f"{number} "})
    time.sleep(0.02)
