"""A process that records a run in the background. Its arguments are the database's URL, and that
of the API.
"""

import sys
import time

from gemini.api.connect import Connection, Target
from gemini.history.database import open_history
from tests.filled import start
from tests.gemini.interactions.test_background_run import HELLO

history = open_history(sys.argv[1])
connection = Connection(Target("server", "key-of-ann-012345", base_url=sys.argv[2]))
history.of("ann").record(start(connection, HELLO), "chat", secrets=connection.target.secrets)
time.sleep(600)
