"""How much a proof does: enough to notice a break in `make test`, as much as was promised in `make prove`."""

import os
from typing import TypeVar

T = TypeVar("T")
FULL = os.environ.get("PROVE", "") not in {"", "0"}


def size(*, small: T, full: T) -> T:
    """`full` when PROVE=1 is set, else `small`."""
    return full if FULL else small
