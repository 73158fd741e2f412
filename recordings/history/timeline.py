"""What happened to one recording, in order: the request, each attempt, each decision."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from recordings.lifecycle.callback_complaints import translate_complaint
from recordings.lifecycle.callback_events import detail_of, is_bad, name_of
from recordings.models import AuditEntry, CallbackEvent, Recording
from recordings.trro.callback import is_readable

MAX_EVENTS = 200
"""The newest callbacks of a recording: one that is cut into parts has one for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One thing that happened. `tone` is that of the state it led to, for its colour."""

    at: datetime
    what: str
    who: str = ""
    detail: str = ""
    tone: str = "neutral"


def timeline_of(recording: Recording) -> Sequence[Moment]:
    """Every stored moment of a recording, oldest first."""
    moments = list(_beginning(recording))
    for call in recording.calls.all():
        moments.append(Moment(at=call.created_at, what=_("Request sent: %(action)s") % {"action": call.action}))
        if call.closed_at:
            what = _("Late response") if call.late else _("Response")
            answer = _("%(what)s: %(outcome)s") % {"what": what, "outcome": call.get_outcome_display()}
            moments.append(Moment(at=call.closed_at, what=answer, detail=call.code, tone=call.outcome))
    for decision in recording.decisions.select_related("decided_by"):
        moments.append(
            Moment(
                at=decision.decided_at,
                what=decision.get_choice_display(),
                who=str(decision.decided_by or _("System")),
                detail=decision.reason if decision.decided_by else _(decision.reason),
            )
        )
    for entry in AuditEntry.objects.filter(
        target_type="Recording",
        target_id=str(recording.pk),
        action__in=["recording.stop_asked", "recording.stop_wanted", "recording.task_id_found", "recording.doubled"],
    ):
        moments += _entered(recording, entry)
    moments += [_event_moment(event) for event in recording.events.defer("body").order_by("-pk")[:MAX_EVENTS]]
    return sorted(moments, key=lambda moment: moment.at)


def _beginning(recording: Recording) -> Iterator[Moment]:
    """How it became known. What was claimed begins with its decision, and with what callbacks had reported before."""
    if recording.was_requested:
        yield Moment(at=recording.created_at, what=_("Start requested"), who=str(recording.requested_by))
    elif recording.duplicate_of_id:
        other = _("From the start of recording %(number)s") % {"number": recording.duplicate_of_id}
        yield Moment(at=recording.created_at, what=recording.get_origin_display(), who=_("System"), detail=other)


def _entered(recording: Recording, entry: AuditEntry) -> Iterator[Moment]:
    """What only the audit trail knows: requested stops, and what the system found by itself."""
    match entry.action:
        case "recording.task_id_found":
            yield Moment(at=entry.at, what=_("TaskId found in the bucket"), who=_("System"))
        case "recording.doubled" if recording.duplicate_of_id is None:
            other = f"TaskId {entry.after.get('other', '')}"
            yield Moment(at=entry.at, what=_("Running twice"), who=_("System"), detail=other, tone="refused")
        case "recording.stop_asked" | "recording.stop_wanted":
            yield Moment(at=entry.at, what=_("Stop requested"), who=entry.actor, detail=entry.reason)


def _event_moment(event: CallbackEvent) -> Moment:
    """One callback: when the event happened, and how much later it arrived here."""
    at = event.happened_at or event.received_at
    late = round((event.received_at - at).total_seconds())
    uncounted = not is_readable(event.event_type, event.status)
    complaint = translate_complaint(event.complaint)
    if uncounted:
        complaint = _("ignored: %(complaint)s") % {"complaint": complaint or _("unknown status")}
    delay = _("received %(seconds)s s later") % {"seconds": late} if late > 0 else ""
    return Moment(
        at=at,
        what=name_of(event.event_type),
        who=_("Callback %(type)s") % {"type": event.event_type or "?"},
        detail=" · ".join(filter(None, (detail_of(event.event_type, event.status), complaint, delay))),
        tone="refused" if is_bad(event.event_type, event.status) or uncounted else "neutral",
    )
