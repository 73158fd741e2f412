"""Benchmarks: scripts that print a table. `make bench` runs them."""
