"""Everything that was run, kept: to be found again, reopened, counted and taken along.

history = open_history()                       # once for the process
store = history.of(owner)                       # "" where nobody signs in
store.record(live, "chat", session=..., conversation=conversation)
page = store.find(Filter(text="alps", starred=True))
run = store.run(page.runs[0].id)
"""

from gemini.history.archive_reader import ArchiveError
from gemini.history.conversations import ConversationSummary
from gemini.history.database import History, open_history
from gemini.history.importing import Imported
from gemini.history.location import HistoryError, data_folder
from gemini.history.retention import Retention, RetentionError, retention_from
from gemini.history.rows import RunSummary
from gemini.history.search import Choices, Filter, RunPage
from gemini.history.store import HistoryStore
from gemini.history.usage import UsageRow, UsageSum

__all__ = [
    "ArchiveError",
    "Choices",
    "ConversationSummary",
    "Filter",
    "History",
    "HistoryError",
    "HistoryStore",
    "Imported",
    "Retention",
    "RetentionError",
    "RunPage",
    "RunSummary",
    "UsageRow",
    "UsageSum",
    "data_folder",
    "open_history",
    "retention_from",
]
