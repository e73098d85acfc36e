"""Use cases: what the portal does, given the database and plain values."""
