"""The tools page: functions that a model may call."""
