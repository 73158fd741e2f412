"""What is known of a recording, for pages: its badges, the same on every page."""

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from recordings.lifecycle.live_status import StatusBadge, badge_of, combined_status, live_status_of
from recordings.models import Recording
from recordings.templatetags.icons import lucide

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


FILE_LOOKS = {"complete": ("good", "file-check"), "incomplete": ("bad", "file-x"), "partial": ("busy", "upload")}


@register.simple_tag
def state_badge(recording: Recording) -> SafeString:
    """What is known of a recording as an icon and a word; of one that is over, its state."""
    if look := standing(recording):
        moving = " state--moving" if look.is_moving else ""
        state = recording.get_state_display()
        title = format_html(' title="{}"', state) if state != str(look.label) else ""
        return _badge(f"{look.tone}{moving}", look.icon, str(look.label), title)
    return _badge(recording.state, STATE_ICONS.get(recording.state, "archive"), recording.get_state_display())


@register.simple_tag
def upload_badge(recording: Recording) -> SafeString:
    """How far its files are as an icon and a word; a dash where none can come."""
    if recording.upload_state not in FILE_LOOKS and not recording.is_live:
        return mark_safe('<span class="soft">–</span>')
    words = recording.get_upload_state_display()
    if recording.upload_state not in FILE_LOOKS:
        return format_html('<span class="soft">{}</span>', words)
    tone, icon = FILE_LOOKS[recording.upload_state]
    return _badge(f"plain state--{tone}", icon, words)


def _badge(kind: str, icon: str, words: str, title: str = "") -> SafeString:
    return format_html('<span class="state state--{}"{}>{} {}</span>', kind, title, lucide(icon), words)
