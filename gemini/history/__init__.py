"""Everything that was run, kept: to be found again, reopened, counted and taken along.

history = open_history()                       # once for the process
store = history.of(owner)                       # "" where nobody signs in
store.record(live, "chat", session=..., conversation=conversation)
page = store.find(Filter(text="alps", starred=True))
run = store.run(page.runs[0].id)
"""
