"""What is known of a recording, for pages."""

from django import template
from django.utils import timezone

from recordings.lifecycle.live_status import StatusBadge, badge_of, combined_status, live_status_of
from recordings.models import Recording

register = template.Library()


@register.filter
def standing(recording: Recording) -> StatusBadge | None:
    """What is known of one that runs or may run, as it is shown; None for one that is over."""
    found = live_status_of(recording, timezone.now())
    return badge_of(found) if found else None


@register.filter
def together(recording: Recording) -> StatusBadge | None:
    """What is known of a recording and the others of its stream together; None where it has none beside it."""
    if not recording.others:
        return None
    found = combined_status([recording, *recording.others], timezone.now())
    return badge_of(found, len(recording.others) + 1) if found else None


STATE_ICONS = {
    "ended": "square-check",
    "failed": "circle-x",
    "refused": "ban",
    "cancelled": "circle-slash",
    "not_started": "circle-dashed",
}


@register.filter
def state_icon(state: str) -> str:
    """The icon of a state in which a recording is over."""
    return STATE_ICONS.get(state, "archive")
