"""A TRRO of our own: a real HTTP server on loopback that speaks the vendor's API, for demos and tests.

It imports nothing of the product, so that the product is held against something else, and no Django.
`server` reads a request, `service` thinks, `fault_replies` answers; `recorder` and `callbacks` run in the
background; `journal` keeps what really happened. `running_sandbox` runs all of it inside a test.
"""

from recordings.sandbox.config import SandboxConfig
from recordings.sandbox.faults import Fault, FaultPlan, RandomFaults
from recordings.sandbox.journal import Entry, EntryKind
from recordings.sandbox.running import Sandbox, running_sandbox

__all__ = [
    "Entry",
    "EntryKind",
    "Fault",
    "FaultPlan",
    "RandomFaults",
    "Sandbox",
    "SandboxConfig",
    "running_sandbox",
]
