"""How long recordings last, as pages show it."""

from datetime import datetime

from django import template
from django.utils import timezone

from recordings.models import Recording

register = template.Library()


@register.filter
def lasted(recording: Recording) -> str:
    """Hours, minutes and seconds (`1:03:20`) from the start to the end, or until now while it is live.

    Empty where that is not known: without a start; after a close, which says nothing about the real end; where a
    recorder worked after the end; and where the end is before the start, since clocks were apart.
    """
    if recording.started_at is None or recording.state == Recording.State.CLOSED:
        return ""
    if recording.runs_on_since or recording.ends_before_start:
        return ""
    return clock(int(((recording.ended_at or timezone.now()) - recording.started_at).total_seconds()))


@register.filter
def clock(seconds: int) -> str:
    """Seconds as hours, minutes and seconds."""
    minutes, seconds = divmod(max(seconds, 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


@register.filter
def running_for(since: datetime) -> str:
    """Hours and minutes from a moment until now (`0:43`); static/js/running.js keeps it current."""
    minutes = max(0, int((timezone.now() - since).total_seconds()) // 60)
    return f"{minutes // 60}:{minutes % 60:02}"
