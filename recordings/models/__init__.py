"""The schema, a module a noun family. What must hold is held by constraints of the database."""

from recordings.models import lookups  # noqa: F401  registers `begins` before any query
from recordings.models.accounts import CloudAccount
from recordings.models.attention import Attention
from recordings.models.audit import AuditCheck, AuditEntry, AuditHead
from recordings.models.batch import Batch, BatchItem
from recordings.models.callbacks import CallbackEvent, CallbackKey, UnclaimedTask
from recordings.models.calls import ApiCall, QuotaSlot
from recordings.models.decision import Decision
from recordings.models.device_selection import DeviceSelection
from recordings.models.device_status_change import DeviceStatusChange
from recordings.models.exports import Export
from recordings.models.files import RecordingFile
from recordings.models.fleet import Device, Project
from recordings.models.fleet_sync import FleetDifference, FleetSync
from recordings.models.heartbeat import Heartbeat
from recordings.models.hourly_count import HourlyCount
from recordings.models.labels import LABEL_LENGTH, Label
from recordings.models.people import LONGEST_NAME, Membership, Role, User, name_key, normal_name
from recordings.models.profiles import RecordingProfile
from recordings.models.recording import Recording
from recordings.models.saved_view import SavedView
from recordings.models.storage import StorageCredential, StorageKey

__all__ = [
    "LABEL_LENGTH",
    "LONGEST_NAME",
    "ApiCall",
    "Attention",
    "AuditCheck",
    "AuditEntry",
    "AuditHead",
    "Batch",
    "BatchItem",
    "CallbackEvent",
    "CallbackKey",
    "CloudAccount",
    "Decision",
    "Device",
    "DeviceSelection",
    "DeviceStatusChange",
    "Export",
    "FleetDifference",
    "FleetSync",
    "Heartbeat",
    "HourlyCount",
    "Label",
    "Membership",
    "Project",
    "QuotaSlot",
    "Recording",
    "RecordingFile",
    "RecordingProfile",
    "Role",
    "SavedView",
    "StorageCredential",
    "StorageKey",
    "UnclaimedTask",
    "User",
    "name_key",
    "normal_name",
]
