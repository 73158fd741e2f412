"""What happened to one recording, in order, who first: the request, each call, each callback, each decision."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recordings.lifecycle.callback_complaints import translate_complaint
from recordings.lifecycle.callback_events import detail_of, is_bad, name_of
from recordings.models import ApiCall, AuditEntry, CallbackEvent, Decision, Recording, User
from recordings.trro.callback import is_readable

MAX_EVENTS = 200
"""The newest callbacks of a recording: one that is cut into parts has one for each."""

FROM_TRAIL = ("recording.stop_asked", "recording.stop_wanted", "recording.task_id_found", "recording.doubled")

DECIDED: dict[str, str | Promise] = {
    Decision.Choice.CANCELLED: gettext_lazy("cancelled the start"),
    Decision.Choice.NOT_STARTED: gettext_lazy("resolved it as not started"),
    Decision.Choice.CLOSED: gettext_lazy("closed the recording"),
    Decision.Choice.DISMISSED: gettext_lazy("marked it as handled"),
    Decision.Choice.CLAIMED: gettext_lazy("claimed it from the unclaimed tasks"),
    Decision.Choice.MATCHED: gettext_lazy("matched the TaskId"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One thing that happened: `who` did `what`. `tone` is that of the state it led to, for its colour."""

    at: datetime
    who: str
    what: str
    detail: str = ""
    tone: str = "neutral"
    call: ApiCall | None = None
    """The API call that this is the last news of."""


def timeline_of(recording: Recording, calls: Iterable[ApiCall] | None = None) -> Sequence[Moment]:
    """Every stored moment of a recording, oldest first. `calls` are its calls where the caller has them."""
    moments = list(_beginning(recording))
    for call in recording.calls.all() if calls is None else calls:
        moments += _call_moments(call)
    for decision in recording.decisions.select_related("decided_by"):
        moments.append(
            Moment(
                at=decision.decided_at,
                who=str(decision.decided_by or _("System")),
                what=str(DECIDED[decision.choice]),
                detail=decision.reason if decision.decided_by else _(decision.reason),
            )
        )
    moments += _from_trail(recording)
    moments += [_event_moment(event) for event in recording.events.defer("body").order_by("-pk")[:MAX_EVENTS]]
    return sorted(moments, key=lambda moment: moment.at)


def _beginning(recording: Recording) -> Iterator[Moment]:
    """How it became known. What was claimed begins with its decision, and with what callbacks had reported before."""
    if recording.was_requested:
        yield Moment(at=recording.created_at, who=str(recording.requested_by), what=_("requested the start"))
    elif recording.duplicate_of_id:
        other = _("From the start of recording %(number)s") % {"number": recording.duplicate_of_id}
        yield Moment(at=recording.created_at, who=_("System"), what=recording.get_origin_display(), detail=other)


def _call_moments(call: ApiCall) -> Iterator[Moment]:
    """That a call was sent, and what came back; of a late response only that."""
    if not call.late:
        what = _("sent %(action)s") % {"action": call.action}
        yield Moment(at=call.created_at, who=_("System"), what=what, call=None if call.closed_at else call)
    if call.closed_at is None:
        return
    who, what = _("Tencent Cloud"), _("accepted %(action)s")
    if call.late:
        what = _("accepted %(action)s in a late response")
    elif call.outcome == ApiCall.Outcome.UNKNOWN:
        who, what = _("System"), _("got no usable response to %(action)s")
    elif call.outcome == ApiCall.Outcome.REFUSED:
        what = _("refused %(action)s")
        if not call.is_answered:
            who, what = _("System"), _("could not send %(action)s")
    detail = ": ".join(filter(None, (call.code, call.message)))
    yield Moment(
        at=call.closed_at, who=who, what=what % {"action": call.action}, detail=detail, tone=call.outcome, call=call
    )


def _from_trail(recording: Recording) -> Iterator[Moment]:
    """What only the audit trail knows: requested stops, and what the system found by itself."""
    entries = list(
        AuditEntry.objects.filter(target_type="Recording", target_id=str(recording.pk), action__in=FROM_TRAIL)
    )
    logins = {entry.actor for entry in entries if entry.action.startswith("recording.stop")}
    names = {user.username: str(user) for user in User.objects.filter(username__in=logins)} if logins else {}
    for entry in entries:
        match entry.action:
            case "recording.task_id_found":
                yield Moment(at=entry.at, who=_("System"), what=_("found the TaskId in the bucket"))
            case "recording.doubled" if recording.duplicate_of_id is None:
                other = f"TaskId {entry.after.get('other', '')}"
                what = _("found it running twice")
                yield Moment(at=entry.at, who=_("System"), what=what, detail=other, tone="refused")
            case "recording.stop_asked" | "recording.stop_wanted":
                who = names.get(entry.actor, entry.actor)
                yield Moment(at=entry.at, who=who, what=_("requested the stop"), detail=entry.reason)


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
        who=_("Callback %(type)s") % {"type": event.event_type or "?"},
        what=name_of(event.event_type),
        detail=" · ".join(filter(None, (detail_of(event.event_type, event.status), complaint, delay))),
        tone="refused" if is_bad(event.event_type, event.status) or uncounted else "neutral",
    )
