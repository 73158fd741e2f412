"""make screenshots: a picture of every page, light and dark, wide and narrow, in both languages, in var/screenshots/.

Runs on a database of its own with the sample fleet, and starts a few recordings so that there is something to see.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
OUT = ROOT / "var" / "screenshots"
SIZES = {"wide": (1440, 900), "full": (1920, 1080), "narrow": (390, 844)}
STARTS = ("truck_002", "shovel_01", "demo_storage_refused", "demo_answer_lost", "qc_01", "robot_01")


def pages() -> dict[str, tuple[str, str]]:
    """Name to the sign-in it is looked at with, and its address."""
    from recordings.models import (
        AuditEntry,
        Batch,
        CallbackEvent,
        CloudAccount,
        Device,
        Export,
        Project,
        Recording,
        RecordingProfile,
        StorageCredential,
        User,
    )

    addresses = {
        "dashboard": "/",
        "dashboard_admin": "/",
        "dashboard_auditor": "/",
        "wall": "/?wall",
        "history": "/recordings/",
        "history_auditor": "/recordings/?state=accepted",
        "start": "/recordings/new/",
        "batches": "/batches/",
        "batch": Batch.objects.get().get_absolute_url(),
        "batch_new": f"/batches/new/?action=start&batch={Batch.objects.get().pk}",
        "batch_stop": f"/batches/new/?action=stop&batch={Batch.objects.get().pk}",
        "sync_admin": "/fleet/sync/",
        "devices": "/fleet/devices/",
        "projects": "/fleet/projects/",
        "profiles": "/profiles/",
        "accounts": "/credentials/accounts/",
        "storages": "/credentials/storage/",
        "device": Device.objects.get(device_id="truck_002").get_absolute_url(),
        "project": Project.objects.all()[0].get_absolute_url(),
        "profile": RecordingProfile.objects.all()[0].get_absolute_url(),
        "account": CloudAccount.objects.get().get_absolute_url(),
        "signature": CloudAccount.objects.get().get_absolute_url() + "signature/",
        "account_edit": CloudAccount.objects.get().get_absolute_url() + "edit/",
        "account_key": CloudAccount.objects.get().get_absolute_url() + "key/",
        "storage_key": StorageCredential.objects.get().get_absolute_url() + "key/",
        "storage": StorageCredential.objects.get().get_absolute_url(),
        "storage_edit": StorageCredential.objects.get().get_absolute_url() + "edit/",
        "project_edit": Project.objects.all()[0].get_absolute_url() + "edit/",
        "device_new": "/fleet/devices/new/",
        "profile_new": "/profiles/new/",
        "people": "/people/",
        "person": User.objects.get(username="operator").get_absolute_url(),
        "person_edit": User.objects.get(username="operator").get_absolute_url() + "edit/",
        "person_new": "/people/new/",
        "choose_password": "/people/password/",
        "not_found": "/recordings/999999/",
        "attention": "/attention/",
        "status": "/status/",
        "unclaimed": "/unclaimed/",
        "claim": f"/unclaimed/{CallbackEvent.objects.filter(recording=None)[0].pk}/claim/",
        "callbacks": Project.objects.get(callback_keys__isnull=False).get_absolute_url() + "callbacks/",
        "files": Recording.objects.get(files__name="1.mp4").get_absolute_url(),
        "trail": "/audit/",
        "trail_entry": f"/audit/{AuditEntry.objects.filter(action='recording.start_asked')[0].sequence}/",
        "trail_checks": "/audit/checks/",
        "trail_anchors": "/audit/anchors/",
        "trail_export": "/audit/export/?action=session.&since=2026-01-01",
        "export_history": "/recordings/export/?state=accepted&q=truck",
        "export_wrong_filter": "/recordings/export/?state=gone&since=never",
        "exports": "/exports/",
        "encryption": "/status/keys/",
        "you": "/you/",
        "you_password": "/you/password/",
        "factors": "/you/factors/",
        "factors_app": "/you/factors/app/",
        "factors_passkeys": "/you/factors/passkeys/",
        "confirm": "/login/again/",
        "forbidden": "/profiles/new/",
    }
    for export in Export.objects.all():
        addresses[f"export_{export.state}"] = export.get_absolute_url()
    for recording in Recording.objects.order_by("state", "-id"):
        addresses[f"recording_{recording.state}"] = recording.get_absolute_url()
        if recording.state == Recording.State.UNKNOWN:
            addresses["resolve"] = f"{recording.get_absolute_url()}resolve/"
        if recording.state == Recording.State.ACCEPTED:
            addresses["stop"] = f"{recording.get_absolute_url()}stop/"
            addresses["call"] = f"{recording.get_absolute_url()}calls/{recording.calls.all()[0].pk}/"
    seen_by_admin = {
        *("account", "signature", "callbacks", "storage", "project", "device_new", "profile_new", "encryption"),
        *("people", "person", "person_new"),
    }
    return {name: (_viewer(name, seen_by_admin), address) for name, address in addresses.items()}


def _viewer(name: str, seen_by_admin: set[str]) -> str:
    if name.startswith("trail") or name.endswith("_auditor"):
        return "auditor"
    return "admin" if name in seen_by_admin or name.endswith(("_edit", "_key", "_admin")) else "operator"


def start_some() -> None:
    from recordings.lifecycle.reference import new_reference, read_reference
    from recordings.lifecycle.start import StartRequest, start_recording
    from recordings.models import Device, StorageCredential, User

    for device in Device.objects.filter(device_id__in=STARTS).select_related("project__account"):
        request = StartRequest(
            device=device,
            video_stream_id=0,
            storage=StorageCredential.objects.get(),
            output_format=3,
            max_media_file_duration=60,
            max_idle_time=30,
            file_name_prefix=("shift",),
            reference=read_reference(new_reference()),
        )
        start_recording(actor=User.objects.get(username="operator"), request=request)
    start_batch()


def start_batch() -> None:
    """A batch of which some were accepted, one is refused, one unknown, and the rest is queued."""
    from django.utils import timezone

    from recordings.lifecycle.batches.create import BatchRequest, StartSettings, Target, create_batch
    from recordings.lifecycle.reference import new_reference, read_reference
    from recordings.models import Device, StorageCredential, User

    devices = Device.objects.filter(type="field").exclude(device_id__in=STARTS).select_related("project__account")
    storage = StorageCredential.objects.get()
    settings = StartSettings(storage=storage, output_format=3, max_media_file_duration=60, max_idle_time=30)
    batch = create_batch(
        actor=User.objects.get(username="operator"),
        request=BatchRequest(
            name="Night shift",
            targets=[Target(device=device) for device in devices[:30]],
            settings=settings,
            reference=read_reference(new_reference()),
        ),
    )
    for item in batch.items.filter(position__lt=12):
        item.state, item.due_at, item.changed_at = "accepted", None, timezone.now()
        item.request_id, item.attempts = f"0f2e7e0a-1111-2222-3333-0000000000{item.position:02}", 1
        if item.position in {4, 7}:
            item.state = "refused" if item.position == 4 else "unknown"
            item.error_code = "InternalError" if item.position == 4 else "AnswerLost.Timeout"
        item.save()


def make_needy() -> None:
    """One doubled, one silent, one whose stop was refused, and the unknown one: so that attention is needed."""
    from datetime import timedelta

    from django.utils import timezone

    from recordings.domain.states import State
    from recordings.heartbeat import beat
    from recordings.lifecycle.attention import refresh_due_attention
    from recordings.lifecycle.hourly_counts import recount
    from recordings.models import Attention, Recording

    now = timezone.now()
    is_duplicate, silent, refused = Recording.objects.filter(state=State.ACCEPTED).order_by("pk")[:3]
    Recording.objects.filter(pk=is_duplicate.pk).update(is_duplicate=True)
    silent.device.status, silent.device.offline_since = "offline", now - timedelta(hours=1)
    silent.device.save()
    Recording.objects.filter(pk=silent.pk).update(started_at=now - timedelta(hours=2))
    refresh_due_attention(now + timedelta(minutes=3))
    Recording.objects.filter(pk=refused.pk).update(attention=Attention.STOP_REFUSED, attention_at=now)
    beat(now)
    recount(now)


def hear_some() -> None:
    """Callbacks of a recording with a gap between its files, of an unclaimed task, and one that makes no sense."""
    from datetime import timedelta

    from django.utils import timezone

    from recordings.callbacks.registration import set_up
    from recordings.lifecycle.unclaimed_rows import record_unclaimed
    from recordings.models import CallbackEvent, Project, Recording, RecordingFile, User

    now = timezone.now()
    recording = Recording.objects.get(device__device_id="truck_002")
    set_up(actor=User.objects.get(username="admin"), project=recording.project)
    Project.objects.filter(pk=recording.project_id).update(callbacks_rejected=3, callbacks_rejected_at=now)
    known = {"recording": recording, "task_id": recording.task_id}
    unknown = {"recording": None, "task_id": "e8LFuYBvJ7vN2kq0aXw9Zp5TtR3sDcM1"}
    events: list[tuple[dict[str, Any], int | None, int | None, str]] = [
        *((known, event_type, status, "") for event_type, status in ((301, 0), (310, 0), (310, 1), (308, None))),
        *((unknown, event_type, 0, "") for event_type in (301, 303)),
        ({}, 310, None, "EventMsTs is not a number"),
        ({}, None, None, "the body is not JSON"),
    ]
    for number, (whose, event_type, status, complaint) in enumerate(events):
        at = now + timedelta(seconds=number)
        CallbackEvent.objects.create(
            project=recording.project, body=b"{}", digest=str(number), received_at=at, interpreted_at=at,
            happened_at=at - timedelta(seconds=2), event_type=event_type, status=status, complaint=complaint, **whose,
        )  # fmt: skip
    record_unclaimed(CallbackEvent.objects.filter(recording=None))
    began = now - timedelta(hours=1)
    for name, begins, ends in (("1.mp4", 0, 20), ("2.mp4", 20, 35), ("3.mp4", 42, 60)):
        RecordingFile.objects.create(
            recording=recording, name=name, track_type="audio_video", size=48_000_000, announced_at=now,
            begins_at=began + timedelta(minutes=begins), ends_at=began + timedelta(minutes=ends),
            seen_in_bucket_at=None if name == "3.mp4" else now,
        )  # fmt: skip


def check_trail() -> None:
    """One check that is done, which leaves an anchor behind, and one that found something."""
    from django.utils import timezone

    from recordings.audit_log.checks import request_check, run_check
    from recordings.models import AuditCheck, User

    check = request_check(actor=User.objects.get(username="auditor"))
    run_check(check.pk, timezone.now())
    AuditCheck.objects.create(
        requested_by="auditor", finished_at=timezone.now(), finding="edited", sequence=5, checked=9
    )


def export_some() -> None:
    """One export in each state."""
    from django.utils import timezone

    from recordings.exports.services import ExportRequest, request_export
    from recordings.models import Export, User

    operator = User.objects.get(username="operator")
    request = ExportRequest(subject="history", format="csv", query="state=accepted&q=truck", language="en")
    request_export(actor=operator, request=request)
    made: dict[str, Any] = {"size": 48_300_000, "rows": 200_000, "sha256": "ab" * 32}
    states: dict[str, dict[str, Any]] = {
        "deleted": made,
        "failed": {"error": "too_many_rows"},
        "making": {"rows": 61_000, "due_at": timezone.now()},
    }
    for state, fields in states.items():
        Export.objects.create(
            subject="history", format="xlsx", query="since=2026-01-01", language="en", requested_by=operator,
            state=state, finished_at=None if state == "making" else timezone.now(), **fields,
        )  # fmt: skip


@contextmanager
def a_running_fleet() -> Iterator[str]:
    """The address of a server with the sample fleet."""
    from django.core.management import call_command
    from django.test.testcases import LiveServerThread, _StaticFilesHandler  # type: ignore[attr-defined]

    from recordings.sandbox import SandboxConfig, running_sandbox
    from recordings.sandbox.fleet import TROUBLES

    with running_sandbox(SandboxConfig(faults=TROUBLES, calls_per_second=0)) as sandbox:
        from django.conf import settings

        settings.SANDBOX_ENDPOINT = sandbox.url
        settings.ALLOWED_HOSTS = ["127.0.0.1"]
        call_command("migrate", verbosity=0)
        call_command("createcachetable")
        call_command("sample")
        start_some()
        make_needy()
        hear_some()
        check_trail()
        export_some()
        server = LiveServerThread("127.0.0.1", _StaticFilesHandler)
        server.daemon = True
        server.start()
        server.is_ready.wait()
        yield f"http://127.0.0.1:{server.port}"
        server.terminate()


def take(only: str) -> int:
    """Take every picture whose name contains `only`; the number taken."""
    from django.conf import settings
    from playwright.sync_api import sync_playwright

    OUT.mkdir(parents=True, exist_ok=True)
    taken = 0
    with a_running_fleet() as address, sync_playwright() as playwright:
        passwords = dict(line.split()[:2] for line in (settings.VAR_DIR / "sign-ins.txt").read_text().splitlines())
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for size, (width, height) in SIZES.items():
            for scheme in ("light", "dark"):
                for language in ("en", "zh-hans"):
                    for person in ("operator", "admin", "auditor"):
                        context = browser.new_context(
                            viewport={"width": width, "height": height},
                            color_scheme=scheme,  # type: ignore[arg-type]
                        )
                        context.add_cookies([{"name": "django_language", "value": language, "url": address}])
                        page = context.new_page()
                        page.goto(f"{address}/login/")
                        if person == "operator" and only in "login":
                            page.screenshot(path=OUT / f"login-{size}-{scheme}-{language}.png", full_page=True)
                        page.fill("input[name=login]", person)
                        page.fill("input[name=password]", passwords[person])
                        page.press("input[name=password]", "Enter")
                        page.wait_for_url(f"{address}/")
                        for name, (viewer, path) in pages().items():
                            if viewer == person and only in name:
                                page.goto(address + path)
                                page.screenshot(path=OUT / f"{name}-{size}-{scheme}-{language}.png", full_page=True)
                                taken += 1
                        context.close()
        browser.close()
    return taken


if __name__ == "__main__":
    os.environ |= {
        "TRROADMIN_MODE": "development",
        "TRROADMIN_VAR_DIR": tempfile.mkdtemp(prefix="trroadmin-screenshots-"),
        "DJANGO_SETTINGS_MODULE": "trroadmin.settings",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    }
    import django

    django.setup()
    print(f"{take(sys.argv[1] if len(sys.argv) > 1 else '')} pictures in {OUT.relative_to(ROOT)}/")
