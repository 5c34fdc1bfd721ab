"""The embedded PostgreSQL: finding its programs, starting, watching and stopping it."""
