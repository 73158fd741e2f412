"""What is known of a recording, in one word for every page. Touches no database.

Green is only what is known to record: the recorder said that it is at work, or segments come. A start whose answer
was lost, or whose recorder never reported, may be recording; one that went silent has probably ended.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from recordings.domain.attention_rule import PATIENCE, SEGMENTS
from recordings.models import Attention, Device, Recording
from recordings.models.profiles import OutputFormat

HLS = frozenset({OutputFormat.HLS, OutputFormat.HLS_MP4, OutputFormat.HLS_AAC})
State = Recording.State


class Standing(Enum):
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
class Look:
    """How a standing is shown: its word, its tone (good, busy, warn, bad), and its icon, which may move."""

    key: str
    label: Promise | str
    tone: str
    icon: str
    is_moving: bool = False


def _look(
    standing: Standing, label: Promise, tone: str, icon: str, *, is_moving: bool = False
) -> tuple[Standing, Look]:
    return standing, Look(key=standing.value, label=label, tone=tone, icon=icon, is_moving=is_moving)


LOOKS: Mapping[Standing, Look] = MappingProxyType(
    dict(
        (
            _look(Standing.QUEUED, _("Queued"), "busy", "hourglass"),
            _look(Standing.STARTING, _("Starting"), "busy", "send", is_moving=True),
            _look(Standing.RECORDING, _("Recording"), "good", "circle-dot", is_moving=True),
            _look(Standing.MAY_RECORD, _("May be recording"), "warn", "circle-question-mark"),
            _look(Standing.STOPPING, _("Stopping"), "busy", "circle-stop"),
            _look(Standing.NOT_STOPPED, _("Stop not confirmed"), "warn", "circle-stop"),
            _look(Standing.STOP_FAILED, _("Stop failed"), "bad", "circle-x"),
            _look(Standing.PROBABLY_ENDED, _("Probably ended"), "warn", "circle-dashed"),
            _look(Standing.RUNS_ON, _("Runs on"), "bad", "siren"),
            _look(Standing.TWICE, _("Running twice"), "bad", "copy-x"),
            _look(Standing.MAYBE_TWICE, _("May be running twice"), "bad", "copy-x"),
        )
    )
)
CERTAIN = frozenset({Standing.RECORDING, Standing.RUNS_ON})
"""Of these it is known that a recorder is at work."""


def standing_of(recording: Recording, now: datetime) -> Standing | None:
    """What is known of a recording at `now`; None when it is over, and its state says all."""
    if recording.attention == Attention.RUNS_ON or recording.runs_on_since:
        return Standing.RUNS_ON
    if not recording.is_live:
        return None
    if recording.state in _BY_STATE:
        return _BY_STATE[State(recording.state)]
    if recording.attention == Attention.STOP_REFUSED:
        return Standing.STOP_FAILED
    if recording.state == State.STOPPING:
        return Standing.NOT_STOPPED if recording.attention == Attention.NOT_STOPPING else Standing.STOPPING
    if recording.attention == Attention.SILENT or _is_offline(recording, now):
        return Standing.PROBABLY_ENDED
    if recording.state == State.RECORDING or _writes_segments(recording, now):
        return Standing.RECORDING
    is_new = recording.was_requested and now - (recording.started_at or recording.created_at) < PATIENCE
    return Standing.STARTING if is_new else Standing.MAY_RECORD


def standing_together(recordings: Sequence[Recording], now: datetime) -> Standing | None:
    """The same of recordings of one stream, each of which runs or may run; None of none."""
    standings = [standing_of(each, now) for each in recordings]
    if len(standings) < 2:
        return standings[0] if standings else None
    return Standing.TWICE if CERTAIN.issuperset(standings) else Standing.MAYBE_TWICE


def look_of(standing: Standing, times: int = 1) -> Look:
    """How it is shown. `times`: how many recordings of one stream run at once."""
    look = LOOKS[standing]
    if times <= 2:
        return look
    label = ngettext_lazy("%(times)s recording at once", "%(times)s recordings at once", times) % {"times": times}
    return Look(key=look.key, label=label, tone=look.tone, icon=look.icon)


_BY_STATE: Mapping[State, Standing] = MappingProxyType(
    {
        State.QUEUED: Standing.QUEUED,
        State.SENDING: Standing.STARTING,
        State.UNKNOWN: Standing.MAY_RECORD,
    }
)


def _is_offline(recording: Recording, now: datetime) -> bool:
    """Whether its device is offline for longer than a recorder waits, also after a user has handled that."""
    device = recording.device
    if device.status != Device.Status.OFFLINE or device.offline_since is None:
        return False
    signs = (device.offline_since, recording.started_at, recording.last_file_at)
    return now > max(sign for sign in signs if sign) + timedelta(seconds=recording.max_idle_time)


def _writes_segments(recording: Recording, now: datetime) -> bool:
    last = recording.last_file_at
    return recording.output_format in HLS and last is not None and now - last < SEGMENTS
