"""Marks recordings that need a person, and unmarks them when the reason is gone: the worker does so every few seconds.

A row is marked by a conditional update, so any number of workers may do it at once.
"""

from collections.abc import Iterator
from datetime import datetime

import structlog
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from recordings.capture.attention_rule import UPLOAD, Facts, attention_of
from recordings.capture.states import State, UploadState
from recordings.models import ApiCall, CallbackEvent, CallbackKey, Decision, Device, Recording
from recordings.trro.requests import CreateCloudRecording, DeleteCloudRecording

log = structlog.get_logger(__name__)
WATCHED = (State.UNKNOWN, State.ACCEPTED, State.RECORDING, State.STOPPING)
HLS_UPLOADED = 305


def notice(now: datetime) -> int:
    """Mark every recording that needs a person from now on, unmark those that no longer do; how many changed."""
    return sum(_settle(rows, now) for rows in _concerned(now))


def attend(recording_id: int, *, now: datetime) -> None:
    """The same for one recording, at once: in the transaction that stored what has just become of it."""
    _settle(Recording.objects.filter(pk=recording_id), now)


def _concerned(now: datetime) -> Iterator[QuerySet[Recording]]:
    """The rows whose mark may have to change, each kind by its own index."""
    seen_to = Decision.objects.filter(recording=OuterRef("pk"), verdict=Decision.Verdict.DISMISSED)
    unmarked = Recording.objects.filter(~Exists(seen_to), attention="")
    yield Recording.objects.filter(state__in=WATCHED)
    yield Recording.objects.exclude(attention="").exclude(state__in=WATCHED)
    yield unmarked.filter(state=State.FAILED)
    late = unmarked.filter(state=State.ENDED, ended_at__lte=now - UPLOAD)
    yield late.exclude(upload_state=UploadState.COMPLETE)


def _settle(rows: QuerySet[Recording], now: datetime) -> int:
    changed = 0
    for recording in list(_with_facts(rows, now)):
        reason = attention_of(_facts(recording), now)
        if reason == recording.attention:
            continue
        seen = Recording.objects.filter(pk=recording.pk, state=recording.state, attention=recording.attention)
        if seen.update(attention=reason, attention_at=now if reason else None) == 1:
            log.info("attention_changed", recording=recording.pk, reason=reason)
            changed += 1
    return changed


def _with_facts(rows: QuerySet[Recording], now: datetime) -> QuerySet[Recording]:
    calls = ApiCall.objects.filter(recording=OuterRef("pk")).order_by("-id")
    starts = calls.filter(action=CreateCloudRecording.action, late=False)
    stops = calls.filter(action=DeleteCloudRecording.action)
    valid = CallbackKey.objects.filter(project=OuterRef("project")).filter(Q(retired_at=None) | Q(retired_at__gt=now))
    uploaded = CallbackEvent.objects.filter(recording=OuterRef("pk"), event_type=HLS_UPLOADED).order_by("received_at")
    dismissed = Decision.objects.filter(recording=OuterRef("pk"), verdict=Decision.Verdict.DISMISSED)
    return rows.select_related("device", "project", "storage_key").annotate(
        answered_at=Subquery(starts.values("closed_at")[:1]),
        last_stop=Subquery(stops.values("outcome")[:1]),
        last_stop_at=Subquery(stops.values("closed_at")[:1]),
        stopped_at=Subquery(stops.filter(outcome=ApiCall.Outcome.ACCEPTED).values("closed_at")[:1]),
        uploaded_at=Subquery(uploaded.values("received_at")[:1]),
        dismissed_at=Subquery(dismissed.order_by("-decided_at").values("decided_at")[:1]),
        has_key=Exists(valid),
    )


def _facts(recording: Recording) -> Facts:
    """What the rule wants to know, of a row that has the annotations of `_with_facts`."""
    known = vars(recording)
    stop_failed = known["last_stop"] in {ApiCall.Outcome.REFUSED, ApiCall.Outcome.UNKNOWN}
    is_offline = recording.device.status == Device.Status.OFFLINE
    return Facts(
        state=State(recording.state),
        upload_state=UploadState(recording.upload_state),
        doubled=recording.doubled,
        asked_at=recording.created_at,
        answered_at=known["answered_at"],
        started_at=recording.started_at,
        stopped_at=known["stopped_at"],
        stop_failed_at=known["last_stop_at"] if stop_failed and not recording.stop_due_at else None,
        ended_at=recording.ended_at,
        offline_since=recording.device.offline_since if is_offline else None,
        last_file_at=recording.last_file_at,
        uploaded_at=known["uploaded_at"],
        max_idle_time=recording.max_idle_time,
        longest_file=recording.max_media_file_duration,
        has_callbacks=known["has_key"] and recording.project.callbacks_registered_at is not None,
        can_list=recording.storage_key.can_list,
        dismissed_at=known["dismissed_at"],
    )
