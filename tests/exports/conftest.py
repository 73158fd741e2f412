"""Fixtures of the export tests: a folder of their own, and recordings with texts that try to be something else."""

from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from recordings.exports import build, services
from recordings.exports.services import ExportRequest, request_export
from recordings.lifecycle.start import build_recording
from recordings.models import Device, Export, Recording, StorageCredential, User
from tests.lifecycle.start_requests import start_request

HOSTILE = (
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "=cmd|' /C calc'!A0",
    "a\x07b\x1b[31mc\x7f",
    "\u202egpj.exe\u2066",
    'quote " comma , line\nnext',
    "<script>{{ 1 }}</script>",
    "_x0041_",
    "\ufffe\uffff",
    "龍\U0001f69c",
    "  spaces  ",
)
IDS = ("-=1+1", "-abc+/==", "+x", "=HYPERLINK(1)", "@x", "-'%{}|`\\", "plain", "_x0041_")


@pytest.fixture(autouse=True)
def exports_dir(settings: Settings, tmp_path: Path) -> Path:
    settings.EXPORTS_DIR = tmp_path / "exports"
    return settings.EXPORTS_DIR


def make_recording(operator: User, device: Device, storage: StorageCredential, **changes: Any) -> Recording:
    recording = build_recording(actor=operator, request=start_request(device, storage))
    for name, value in ({"state": Recording.State.ENDED} | changes).items():
        setattr(recording, name, value)
    recording.save()
    return recording


def ask(actor: User, subject: str = "history", format: str = "csv", query: str = "") -> Export:
    """An export, as it is after the asking."""
    export = request_export(
        actor=actor, request=ExportRequest(subject=subject, format=format, query=query, language="en")
    )
    export.refresh_from_db()
    return export


@pytest.fixture
def large(operator: User, device: Device, storage: StorageCredential, monkeypatch: pytest.MonkeyPatch) -> Export:
    """Five recordings, requested where two are many, in batches of two."""
    monkeypatch.setattr(services, "SMALL", 2)
    monkeypatch.setattr(build, "BATCH", 2)
    for number in range(5):
        make_recording(operator, device, storage, task_id=f"-{number}")
    return ask(operator)
