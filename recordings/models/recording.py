"""Recordings: one requested start and everything that resulted from it."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from recordings.domain import states
from recordings.models.attention import SILENCE, STOP_AGAIN, Attention
from recordings.models.lookups import Constant
from recordings.models.profiles import OutputFormat
from recordings.trro.event_type import EventType
from recordings.trro.requests import DeleteCloudRecording

if TYPE_CHECKING:
    from recordings.models.decision import Decision


LIVE_STATES = sorted(state.value for state in states.LIVE)
LIVE, RUNS_ON = Q(state__in=LIVE_STATES), Q(runs_on_since__isnull=False)
WITH_TASK, WITH_REQUEST = ~Q(task_id=""), ~Q(request_id="")
PATTERN = ["varchar_pattern_ops"]


class Recording(models.Model):
    """One requested start. Its parameters are frozen; its states move as domain/states.py says."""

    class State(models.TextChoices):
        QUEUED = states.State.QUEUED, _("Queued")
        SENDING = states.State.SENDING, _("Sending")
        UNKNOWN = states.State.UNKNOWN, _("Unknown")
        ACCEPTED = states.State.ACCEPTED, _("Accepted")
        RECORDING = states.State.RECORDING, _("Recording")
        STOPPING = states.State.STOPPING, _("Stopping")
        ENDED = states.State.ENDED, _("Ended")
        FAILED = states.State.FAILED, _("Failed")
        REFUSED = states.State.REFUSED, _("Refused")
        CANCELLED = states.State.CANCELLED, _("Cancelled")
        NOT_STARTED = states.State.NOT_STARTED, _("Not started")
        CLOSED = states.State.CLOSED, _("Closed")

    class UploadState(models.TextChoices):
        NONE = states.UploadState.NONE, _("No files yet")
        PARTIAL = states.UploadState.PARTIAL, _("Uploading")
        COMPLETE = states.UploadState.COMPLETE, _("Complete")
        INCOMPLETE = states.UploadState.INCOMPLETE, _("Files missing")

    class Origin(models.TextChoices):
        """How a recording became known here."""

        REQUESTED = "requested", _("Requested here")
        MATCHED = "matched", _("Requested here, TaskId matched by a user")
        CLAIMED = "claimed", _("Claimed from unclaimed tasks")
        IN_BUCKET = "in_bucket", _("Second task of one start, found in the bucket")
        LATE_RESPONSE = "late_response", _("Second task of one start, named by a late response")

    LIVE = tuple(LIVE_STATES)
    IS_LIVE = Q(state__in=[Constant(state) for state in LIVE])
    """The condition by which queries find live recordings, however long the history is."""
    REQUESTED = (Origin.REQUESTED.value, Origin.MATCHED.value)
    """The origins of what a user requested here; of the others no call was made."""

    account = models.ForeignKey("recordings.CloudAccount", on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey("recordings.Project", on_delete=models.PROTECT, related_name="recordings")
    device = models.ForeignKey("recordings.Device", on_delete=models.PROTECT, related_name="recordings")
    profile = models.ForeignKey("recordings.RecordingProfile", on_delete=models.SET_NULL, null=True, related_name="+")
    origin = models.CharField(max_length=13, choices=Origin.choices, default=Origin.REQUESTED)
    requested_by = models.ForeignKey("recordings.User", on_delete=models.PROTECT, null=True, related_name="+")
    """Empty for what was not requested here."""
    claimed_by = models.ForeignKey("recordings.User", on_delete=models.PROTECT, null=True, related_name="+")
    """Who claimed it, or matched its TaskId; the reason is that of the decision."""
    duplicate_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="duplicates")
    """The recording whose start this is a second task of."""
    retry_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="retries")
    batch = models.ForeignKey(
        "recordings.Batch", on_delete=models.PROTECT, null=True, related_name="recordings", db_index=False
    )
    """The batch that started it: its item follows the states of this recording."""

    # The request: frozen
    video_stream_id = models.PositiveSmallIntegerField()
    storage_key = models.ForeignKey("recordings.StorageKey", on_delete=models.PROTECT, related_name="recordings")
    storage = models.ForeignKey("recordings.StorageCredential", on_delete=models.PROTECT, related_name="recordings")
    vendor = models.PositiveSmallIntegerField()
    region = models.CharField(max_length=40)
    bucket = models.CharField(max_length=63)
    output_format = models.PositiveSmallIntegerField(choices=OutputFormat.choices)
    max_media_file_duration = models.PositiveIntegerField(null=True)
    max_idle_time = models.PositiveIntegerField()
    file_name_prefix = models.JSONField()
    reference = models.CharField(max_length=16, unique=True)

    # The result
    state = models.CharField(max_length=12, choices=State.choices)
    upload_state = models.CharField(max_length=10, choices=UploadState.choices, default=UploadState.NONE)
    task_id = models.CharField(max_length=512, blank=True)
    request_id = models.CharField(max_length=512, blank=True)
    error_code = models.CharField(max_length=128, blank=True)
    error_message = models.TextField(blank=True)
    is_duplicate = models.BooleanField(default=False)
    duplicate_since = models.DateTimeField(null=True)

    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    """When it ended by the vendor's clock, which may be wrong."""
    end_reported_at = models.DateTimeField(null=True)
    """When its end was reported, by the clock of this server."""
    runs_on_since = models.DateTimeField(null=True)
    """Since when it is known that a recorder works after the end; empty while none does."""
    stop_wanted_at = models.DateTimeField(null=True)
    stop_due_at = models.DateTimeField(null=True)
    last_file_at = models.DateTimeField(null=True)
    worked_at = models.DateTimeField(null=True)
    """The latest moment at which a recorder certainly worked, as the bucket shows."""
    next_scan_at = models.DateTimeField(null=True)
    scan_count = models.PositiveSmallIntegerField(default=0)
    scanned_at = models.DateTimeField(null=True)
    """When its folder was last listed, whatever lay there; empty while the bucket could not be asked."""
    attention = models.CharField(max_length=16, choices=Attention, blank=True)
    attention_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    others: Sequence["Recording"] = ()
    """The other recordings of its stream that run, or may run, beside it: lifecycle/streams.py puts them here."""

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["device", "video_stream_id"],
                condition=Q(state__in=LIVE_STATES, is_duplicate=False),
                name="one_live_recording_a_stream",
            ),
            models.UniqueConstraint(fields=["account", "task_id"], condition=WITH_TASK, name="task_id_once_an_account"),
            models.CheckConstraint(
                condition=Q(state__in=sorted(state.value for state in states.State)), name="recording_state"
            ),
            models.CheckConstraint(
                condition=Q(upload_state__in=sorted(state.value for state in states.UploadState)),
                name="recording_upload_state",
            ),
            models.CheckConstraint(
                condition=Q(attention__in=["", *Attention.values]), name="recording_attention_reason"
            ),
            models.CheckConstraint(
                condition=Q(origin="requested", requested_by__isnull=False, claimed_by=None, duplicate_of=None)
                | Q(origin="matched", requested_by__isnull=False, claimed_by__isnull=False, duplicate_of=None)
                | Q(origin="claimed", requested_by=None, claimed_by__isnull=False, duplicate_of=None)
                | Q(origin__in=["in_bucket", "late_response"], requested_by=None, duplicate_of__isnull=False),
                name="recording_origin",
            ),
            models.CheckConstraint(condition=Q(video_stream_id__lte=99), name="recording_video_stream_id"),
            models.CheckConstraint(condition=Q(output_format__in=OutputFormat.values), name="recording_output_format"),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="recording_newest"),
            models.Index(fields=["project", "-created_at", "-id"], name="recording_by_project"),
            models.Index(fields=["device", "-created_at", "-id"], name="recording_by_device"),
            models.Index(fields=["state", "-created_at", "-id"], name="recording_by_state"),
            # What is live on a device, however long its history: SQLite does not use the live constraint's index
            models.Index(fields=["device", "state"], name="recording_live_by_device"),
            models.Index(fields=["upload_state", "-created_at", "-id"], name="recording_by_upload_state"),
            models.Index(fields=["requested_by", "-created_at", "-id"], name="recording_by_person"),
            models.Index(
                fields=["error_code", "-created_at", "-id"], condition=~Q(error_code=""), name="recording_by_error_code"
            ),
            models.Index(fields=["task_id"], condition=WITH_TASK, opclasses=PATTERN, name="recording_by_task_id"),
            models.Index(
                fields=["request_id"], condition=WITH_REQUEST, opclasses=PATTERN, name="recording_by_request_id"
            ),
            # The counts above the history, for users of one project too
            models.Index(fields=["-created_at", "-id"], condition=LIVE, name="recording_live_newest"),
            # With who requested them: of one user they are counted without reading the others' rows
            models.Index(
                fields=["project", "-created_at", "-id", "requested_by"],
                condition=Q(state="refused"),
                name="recording_refused_by_project",
            ),
            models.Index(fields=["project"], condition=Q(upload_state="incomplete"), name="recording_files_missing"),
            models.Index(fields=["not_before"], condition=Q(state="queued"), name="recording_due"),
            models.Index(fields=["stop_due_at"], condition=Q(stop_due_at__isnull=False), name="recording_stop_due"),
            models.Index(fields=["next_scan_at"], condition=Q(next_scan_at__isnull=False), name="recording_to_scan"),
            models.Index(fields=["runs_on_since"], condition=RUNS_ON, name="recording_runs_on"),
            models.Index(
                fields=["batch", "-created_at", "-id"], condition=Q(batch__isnull=False), name="recording_by_batch"
            ),
            # What runs on after its end, on some devices or on all
            models.Index(fields=["device", "runs_on_since"], condition=RUNS_ON, name="recording_runs_on_by_device"),
            models.Index(fields=["attention", "device"], condition=~Q(attention=""), name="recording_by_attention"),
            models.Index(fields=["project", "-attention_at"], condition=~Q(attention=""), name="recording_attention"),
        ]

    def __str__(self) -> str:
        return f"{self.device.device_id}/{self.video_stream_id} {self.reference}"

    def get_absolute_url(self) -> str:
        return reverse("recording", args=[self.pk])

    @property
    def is_live(self) -> bool:
        return self.state in self.LIVE

    @property
    def was_requested(self) -> bool:
        """Whether a user requested it here: only then a call was made for it."""
        return self.origin in self.REQUESTED

    @property
    def claim(self) -> "Decision | None":
        """The decision by which it was claimed or its TaskId matched, with the reason; None for all others."""
        if self.claimed_by_id is None:
            return None
        kinds = (states.Choice.CLAIMED, states.Choice.MATCHED)
        return self.decisions.filter(choice__in=kinds).select_related("decided_by").last()

    @property
    def may_be_started_over(self) -> bool:
        """Whether a user who needs the stream may close this and start again: it is unknown or silent."""
        return self.state == self.State.UNKNOWN or (self.is_live and self.attention in SILENCE)

    @property
    def has_left(self) -> bool:
        """Whether the recorder said that it left. Pages of many ask once for all (lifecycle/queries.py, with_ends)."""
        known: bool | None = getattr(self, "known_left", None)
        return self.events.filter(event_type=EventType.RECORDER_LEFT).exists() if known is None else known

    @property
    def stop_accepted(self) -> bool:
        """Whether the vendor accepted a stop of it. Pages of many ask once for all, too."""
        known: bool | None = getattr(self, "known_stopped", None)
        accepted = self.calls.filter(action=DeleteCloudRecording.action, outcome="accepted")
        return accepted.exists() if known is None else known

    @property
    def hls_uploaded_at(self) -> datetime | None:
        """When the vendor first reported that all of its HLS is uploaded; only pages of many ask, once for all."""
        at: datetime | None = getattr(self, "known_uploaded_at", None)
        return at

    @property
    def may_run_on(self) -> bool:
        """Whether it may be recorded though it is over here: a recorder worked after the end; or it was closed, which
        stops nothing, and the recorder never said that it left."""
        if self.is_live or not self.task_id:
            return False
        return self.runs_on_since is not None or (self.state == self.State.CLOSED and not self.has_left)

    @property
    def may_be_stopped(self) -> bool:
        """Whether there is, or may be, something to stop."""
        return self.is_live or self.may_run_on

    @property
    def is_unsettled(self) -> bool:
        """Whether what a page shows of it may change by itself: it is live, runs on, or a stop of it is due."""
        if self.is_live or self.runs_on_since or self.attention == Attention.RUNS_ON:
            return True
        return self.stop_due_at is not None and self.may_run_on

    @property
    def offers_stop(self) -> bool:
        """Whether a stop request would do anything now."""
        if self.state == self.State.STOPPING:
            return self.attention in {Attention.NOT_STOPPING, Attention.STOP_REFUSED, Attention.DOUBLED}
        if self.is_live:
            return not self.waits_to_stop
        if not self.may_run_on or self.attention in STOP_AGAIN or not self.stop_accepted:
            return self.may_run_on
        # The accepted stop ended what ran before: a recorder that worked later needs another one
        return bool(self.runs_on_since and self.stop_wanted_at and self.stop_wanted_at < self.runs_on_since)

    @property
    def over_since(self) -> datetime | None:
        """When it was over at the latest. The vendor's clock may be behind: no end is before the start, and what was
        was reported was over by then or shortly before."""
        if self.ended_at is None:
            return None
        return max(filter(None, (self.ended_at, self.started_at, self.end_reported_at)))

    @property
    def ends_before_start(self) -> bool:
        """Whether the clocks of its start and its end contradict each other, so that its length is not known."""
        return bool(self.started_at and self.ended_at and self.ended_at < self.started_at)

    @property
    def waits_to_stop(self) -> bool:
        """Whether a stop is wanted and waits for the TaskId."""
        return self.is_live and self.stop_wanted_at is not None and not self.task_id

    @property
    def path(self) -> str:
        """Where the files land in the bucket, up to the TaskId."""
        return "/".join([*self.file_name_prefix, self.task_id or "<TaskId>", ""])
