"""What is known of a recording, in one word for every page. Touches no database.

Green is only what is known to record: the recorder said that it is at work, or segments come. A start whose answer
was lost, or whose recorder never reported, may be recording; one that went silent has probably ended.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from recordings.domain.attention_rule import PATIENCE, SEGMENTS, Facts, silent_from
from recordings.domain.states import HLS_FORMATS
from recordings.domain.states import State as FoldedState
from recordings.models import Attention, Device, Recording

State = Recording.State


class LiveStatus(Enum):
    QUEUED = "queued"
    STARTING = "starting"
    RECORDING = "recording"
    MAY_RECORD = "may_record"
    STOPPING = "stopping"
    NOT_STOPPED = "not_stopped"
    STOP_FAILED = "stop_failed"
    PROBABLY_ENDED = "probably_ended"
    RUNS_ON = "runs_on"
    TWICE = "twice"
    MAYBE_TWICE = "maybe_twice"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusBadge:
    """How a standing is shown: its word, its tone (good, busy, warn, bad), and its icon, which may move."""

    key: str
    label: Promise | str
    tone: str
    icon: str
    is_moving: bool = False


def _look(
    standing: LiveStatus, label: Promise, tone: str, icon: str, *, is_moving: bool = False
) -> tuple[LiveStatus, StatusBadge]:
    return standing, StatusBadge(key=standing.value, label=label, tone=tone, icon=icon, is_moving=is_moving)


BADGES: Mapping[LiveStatus, StatusBadge] = MappingProxyType(
    dict(
        (
            _look(LiveStatus.QUEUED, _("Queued"), "busy", "hourglass"),
            _look(LiveStatus.STARTING, _("Starting"), "busy", "send", is_moving=True),
            _look(LiveStatus.RECORDING, _("Recording"), "good", "circle-dot", is_moving=True),
            _look(LiveStatus.MAY_RECORD, _("May be recording"), "warn", "circle-question-mark"),
            _look(LiveStatus.STOPPING, _("Stopping"), "busy", "circle-stop"),
            _look(LiveStatus.NOT_STOPPED, _("Stop not confirmed"), "warn", "circle-stop"),
            _look(LiveStatus.STOP_FAILED, _("Stop failed"), "bad", "circle-x"),
            _look(LiveStatus.PROBABLY_ENDED, _("Probably ended"), "warn", "circle-dashed"),
            _look(LiveStatus.RUNS_ON, _("Still running"), "bad", "siren"),
            _look(LiveStatus.TWICE, _("Running twice"), "bad", "copy-x"),
            _look(LiveStatus.MAYBE_TWICE, _("May be running twice"), "bad", "copy-x"),
        )
    )
)
CERTAIN = frozenset({LiveStatus.RECORDING, LiveStatus.RUNS_ON})
"""Of these it is known that a recorder is at work."""


def live_status_of(recording: Recording, now: datetime) -> LiveStatus | None:
    """What is known of a recording at `now`; None when it is over, and its state says all."""
    if recording.attention == Attention.RUNS_ON or recording.runs_on_since:
        return LiveStatus.RUNS_ON
    if not recording.is_live:
        return None
    if recording.state in _BY_STATE:
        return _BY_STATE[State(recording.state)]
    if recording.attention == Attention.STOP_REFUSED:
        return LiveStatus.STOP_FAILED
    if recording.state == State.STOPPING:
        return LiveStatus.NOT_STOPPED if recording.attention == Attention.NOT_STOPPING else LiveStatus.STOPPING
    if recording.attention == Attention.SILENT or _is_silent(recording, now):
        return LiveStatus.PROBABLY_ENDED
    if recording.state == State.RECORDING or _writes_segments(recording, now):
        return LiveStatus.RECORDING
    is_new = recording.was_requested and now - (recording.started_at or recording.created_at) < PATIENCE
    return LiveStatus.STARTING if is_new else LiveStatus.MAY_RECORD


def combined_status(recordings: Sequence[Recording], now: datetime) -> LiveStatus | None:
    """The same of recordings of one stream, each of which runs or may run; None of none."""
    standings = [live_status_of(each, now) for each in recordings]
    if len(standings) < 2:
        return standings[0] if standings else None
    return LiveStatus.TWICE if CERTAIN.issuperset(standings) else LiveStatus.MAYBE_TWICE


def badge_of(standing: LiveStatus, times: int = 1) -> StatusBadge:
    """How it is shown. `times`: how many recordings of one stream run at once."""
    look = BADGES[standing]
    if times <= 2:
        return look
    label = ngettext_lazy("%(times)s recording at once", "%(times)s recordings at once", times) % {"times": times}
    return StatusBadge(key=look.key, label=label, tone=look.tone, icon=look.icon)


_BY_STATE: Mapping[State, LiveStatus] = MappingProxyType(
    {
        State.QUEUED: LiveStatus.QUEUED,
        State.SENDING: LiveStatus.STARTING,
        State.UNKNOWN: LiveStatus.MAY_RECORD,
    }
)


def _is_silent(recording: Recording, now: datetime) -> bool:
    """Whether it has probably ended by the rule of attention, also after a user has handled that, and also where
    attention names something more urgent, such as that its stream runs twice.
    """
    device = recording.device
    facts = Facts(
        state=FoldedState(recording.state),
        asked_at=recording.created_at,
        offline_since=device.offline_since if device.status == Device.Status.OFFLINE else None,
        last_file_at=recording.last_file_at,
        scanned_at=recording.scanned_at,
        is_hls=recording.output_format in HLS_FORMATS,
        uploaded_at=recording.hls_uploaded_at,
        max_idle_time=recording.max_idle_time,
        longest_file=recording.max_media_file_duration,
    )
    return any(since < now for since in silent_from(facts, recording.started_at or recording.created_at))


def _writes_segments(recording: Recording, now: datetime) -> bool:
    last = recording.last_file_at
    return recording.output_format in HLS_FORMATS and last is not None and now - last < SEGMENTS
