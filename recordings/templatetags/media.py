"""What a page may do with a file."""

from django import template

from recordings.files.showing import player_of
from recordings.models import RecordingFile

register = template.Library()


@register.filter
def player(file: RecordingFile) -> str:
    """Which of the browser's players takes it: video, audio, hls; empty for none."""
    return player_of(file.name)
