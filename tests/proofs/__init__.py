"""Long proofs: the whole product held against what really happened, under faults, kills, floods and forgery.

`make test` runs them small, `make prove` at full size (`sizes.py`); both print what was counted (`figures.py`).
"""
