"""Labels of actions and target types. tests/audit/test_labels.py checks that they are complete."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from recordings.audit.actions import ACTIONS

KINDS: Mapping[str, Promise] = MappingProxyType(
    {
        "recording": _("Recordings"),
        "batch": _("Batches"),
        "task": _("Unclaimed tasks"),
        "file": _("Files"),
        "session": _("Sign-in"),
        "confirmation": _("Confirmation"),
        "display": _("Wall displays"),
        "password": _("Passwords"),
        "factor": _("Second factors"),
        "recovery_codes": _("Recovery codes"),
        "access": _("Access"),
        "person": _("People"),
        "link": _("Password links"),
        "membership": _("Roles"),
        "account": _("Cloud accounts"),
        "storage": _("Storage"),
        "call": _("API calls"),
        "callback_key": _("Callback keys"),
        "callbacks": _("Callbacks"),
        "project": _("Projects"),
        "device": _("Devices"),
        "devices": _("Many devices"),
        "fleet": _("Syncs"),
        "profile": _("Profiles"),
        "view": _("Saved views"),
        "history": _("Exports of recordings"),
        "trail": _("Exports of the audit trail"),
        "export": _("Exports"),
        "audit": _("Audit trail"),
        "encryption_keys": _("Encryption keys"),
        "sample": _("Sample"),
    }
)
"""What an action begins with, in words, in the order in which the filter offers them."""

TARGETS: Mapping[str, Promise] = MappingProxyType(
    {
        "Recording": pgettext_lazy("one", "Recording"),
        "Batch": pgettext_lazy("one", "Batch"),
        "TaskId": _("Unclaimed task"),
        "User": pgettext_lazy("one", "Person"),
        "CloudAccount": _("Cloud account"),
        "StorageCredential": _("Storage"),
        "StorageKey": _("Storage key"),
        "CallbackKey": _("Callback key"),
        "ApiCall": _("API call"),
        "Project": _("Project"),
        "Device": _("Device"),
        "RecordingProfile": _("Profile"),
        "Export": pgettext_lazy("one", "Export"),
        "SavedView": _("Saved view"),
        "AuditCheck": _("Trail verification"),
        "AuditEntry": _("Audit trail"),
        "Vault": _("Encryption keys"),
    }
)
"""The types of targets, in words."""


def action_label(action: str) -> str:
    """The label of an action; an action without a label is shown by its name."""
    return str(ACTIONS.get(action, action))


def target_type_label(target_type: str) -> str:
    return str(TARGETS.get(target_type, target_type))


def choices_of_actions() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every action, by kind; `recording.` stands for all of its kind."""
    return [
        (str(name), [(f"{kind}.", gettext("%(kind)s: all") % {"kind": name}), *actions])
        for kind, name in KINDS.items()
        if (actions := _actions_of(kind))
    ]


def _actions_of(kind: str) -> list[tuple[str, str]]:
    return [(action, str(words)) for action, words in ACTIONS.items() if action.startswith(f"{kind}.")]
