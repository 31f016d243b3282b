"""Decisions into the ledger: a worker's queue, and the process of its own that writes."""
