"""What a page may do with a file."""

from django import template

from recordings.history import file_list
from recordings.models import RecordingFile

register = template.Library()


@register.filter
def player(file: RecordingFile) -> str:
    """Which of the browser's players takes it: video, audio, hls; empty for none."""
    return file_list.player_of(file.name)


@register.filter
def is_archived(file: RecordingFile) -> bool:
    """Whether it has to be restored first, as far as the bucket's last listing tells."""
    return file_list.is_archived(file)
