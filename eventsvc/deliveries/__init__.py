"""The outbox: one row per intent, claimed, sent and retried; the row is the truth."""
