"""The worker's jobs, registered with recordings/jobs.py when this module is imported: by a worker, and by the URLs for
the status page. Not by Django's start: management commands need not load what jobs do.

Each claims its row by a conditional update with a lease, so a wake-up may come twice, late or never.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from recordings.audit_log.checks import due_checks, run_check
from recordings.calls import CannotCall
from recordings.exports.build import build_due_export
from recordings.exports.leases import due_exports
from recordings.exports.services import KEPT, delete_file, old_exports
from recordings.jobs import Job, register
from recordings.lifecycle.apply_sync import do_sync
from recordings.lifecycle.batches.claims import due_batches
from recordings.lifecycle.bucket_scan import due_scans, scan_recording
from recordings.lifecycle.device_status import EVERY, projects_to_refresh, refresh_devices
from recordings.lifecycle.fleet_sync import due_accounts, due_syncs, request_scheduled_sync
from recordings.lifecycle.send import send_queued
from recordings.lifecycle.stop import send_stop
from recordings.models import Recording
from recordings.worker.batches import run_batch


def _queued(now: datetime) -> QuerySet[Recording]:
    return Recording.objects.filter(state=Recording.State.QUEUED, not_before__lte=now)


def _to_stop(now: datetime) -> QuerySet[Recording]:
    return Recording.objects.filter(stop_due_at__lte=now)


JOBS: Mapping[str, Job] = MappingProxyType(
    {
        "stop": Job(
            label=_("Stops"),
            rows=_to_stop,
            due="stop_due_at",
            work=lambda key, now: send_stop(key, now=now),
            postponed_by=(CannotCall,),
        ),
        "start": Job(
            label=_("Starts"),
            rows=_queued,
            due="not_before",
            work=lambda key, now: send_queued(key, now=now),
            postponed_by=(CannotCall,),
        ),
        "batch": Job(label=_("Batches"), rows=due_batches, due="created_at", work=run_batch),
        "scan": Job(label=_("Bucket checks"), rows=due_scans, due="next_scan_at", work=scan_recording),
        "devices": Job(
            label=_("Device refreshes"),
            rows=projects_to_refresh,
            due="devices_refreshed_at",
            after=EVERY,
            work=lambda key, now: refresh_devices(key, now=now),
            postponed_by=(CannotCall,),
        ),
        "sync_schedule": Job(
            label=_("Scheduled syncs"), rows=due_accounts, due="next_sync_at", work=request_scheduled_sync
        ),
        "sync": Job(label=_("Syncs of projects and devices"), rows=due_syncs, due="due_at", work=do_sync),
        "check": Job(label=_("Checks of the audit trail"), rows=due_checks, due="due_at", work=run_check),
        "export": Job(label=_("Exports"), rows=due_exports, due="due_at", work=build_due_export),
        "old_export": Job(
            label=_("Expired exports to delete"), rows=old_exports, due="finished_at", after=KEPT, work=delete_file
        ),
    }
)
"""In the order in which a cycle does them: what runs is billed, so stops come first."""

register(JOBS)
