"""Batches: many starts or stops as one decision. Pages create and control them; the worker sends their items."""
