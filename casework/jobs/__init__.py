"""Scheduled work: the schedule as one table, and the process that runs it."""
