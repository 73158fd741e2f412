"""What happened to one recording, in order: asked for, each try, each decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from recordings.models import Recording


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
    moments = [Moment(at=recording.created_at, what=_("Asked for"), who=str(recording.requested_by))]
    for call in recording.calls.all():
        moments.append(Moment(at=call.created_at, what=_("Sent: %(action)s") % {"action": call.action}))
        if call.closed_at:
            what = _("Late answer") if call.late else _("Answer")
            answer = _("%(what)s: %(outcome)s") % {"what": what, "outcome": call.get_outcome_display()}
            moments.append(Moment(at=call.closed_at, what=answer, detail=call.code, tone=call.outcome))
    for decision in recording.decisions.select_related("decided_by"):
        moments.append(
            Moment(
                at=decision.decided_at,
                what=decision.get_verdict_display(),
                who=str(decision.decided_by),
                detail=decision.reason,
            )
        )
    return sorted(moments, key=lambda moment: moment.at)
