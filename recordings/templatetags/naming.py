"""The name of a stream, for the accessible names of links and buttons and for what is read out."""

from django import template
from django.utils.translation import gettext

from recordings.models import Recording
from recordings.text import escape_hidden

register = template.Library()


@register.filter
def stream_name(recording: Recording) -> str:
    """Such as `Truck 7 (truck_07), stream 0`."""
    values = {"device": escape_hidden(str(recording.device)), "stream": recording.video_stream_id}
    return gettext("%(device)s, stream %(stream)s") % values
