"""The schema, a module a noun family. What must hold is held by constraints of the database."""

from recordings.models.accounts import CloudAccount
from recordings.models.audit import AuditEntry, AuditHead
from recordings.models.calls import ApiCall, QuotaSlot
from recordings.models.fleet import Device, Project
from recordings.models.people import Membership, Role, User
from recordings.models.profiles import RecordingProfile
from recordings.models.recording import Decision, Recording
from recordings.models.storage import StorageCredential, StorageKey

__all__ = [
    "ApiCall",
    "AuditEntry",
    "AuditHead",
    "CloudAccount",
    "Decision",
    "Device",
    "Membership",
    "Project",
    "QuotaSlot",
    "Recording",
    "RecordingProfile",
    "Role",
    "StorageCredential",
    "StorageKey",
    "User",
]
