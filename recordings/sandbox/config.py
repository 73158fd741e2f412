"""Everything about a sandbox that is fixed when it begins."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from recordings.sandbox.faults import FaultPlan, RandomFaults
from recordings.sandbox.fleet import ACCOUNT, FLEET
from recordings.sandbox.samples import Fleet

MIB = 1024 * 1024


def _sample_accounts() -> dict[str, str]:
    return {ACCOUNT.secret_id: ACCOUNT.secret_key}


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxConfig:
    """How a sandbox behaves. Durations are in seconds. Raises ValueError for a host other than loopback."""

    host: str = "127.0.0.1"
    port: int = 0
    """0 takes a free one."""

    accounts: Mapping[str, str] = field(default_factory=_sample_accounts, repr=False)
    """secret_id to secret_key; each account sees every project, and has its own quota and tasks."""
    storage_keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    """AccessKey to SecretKey; when there are any, a start with another pair is refused as the vendor does."""
    fleet: Fleet = FLEET
    sdk_app_id: int = ACCOUNT.sdk_app_id

    calls_per_second: int = 20
    """For each account and action; 0 is no limit."""
    live_limit: int = 100
    """Tasks that may run at once, for each account."""
    response_delay: float = 0.0
    """Before every answer of the API."""
    clock_skew: float = 0.0
    """How far the sandbox's idea of the time is off when it checks signatures."""

    faults: tuple[FaultPlan, ...] = ()
    random_faults: RandomFaults | None = None
    drip_pause: float = 0.5
    huge_bytes: int = 200 * MIB

    journal_path: Path | None = None
    """Appended to; tasks that a former run left open there are ended at the start."""
    receivers_path: Path | None = None
    """Where ModifyCallbackUrl's receivers are kept over a restart, readable by the owner only."""

    storage_endpoint: str = ""
    """The S3 server standing in for COS and S3; empty: files are announced but not written."""
    media_dir: Path | None = None
    """Holds sample.mp4, sample.ts, sample.aac; what is missing is made up."""
    minute: float = 60.0
    """How long a minute of MaxMediaFileDuration lasts here."""
    segment: float = 10.0
    """Length of an HLS segment."""
    upload_delay: float = 1.0
    """From the end of a task to its last files."""

    callback_url: str = ""
    callback_key: str = field(default="", repr=False)
    """Where callbacks go, and what signs them, until ModifyCallbackUrl says otherwise."""
    callback_timeout: float = 5.0

    def __post_init__(self) -> None:
        if not is_loopback(self.host):
            raise ValueError(f"the sandbox listens on loopback only, not on {self.host}")


def is_loopback(host: str) -> bool:
    """Whether the host is this machine by its loopback address; no name but localhost is looked up."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
