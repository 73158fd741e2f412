"""`{% lucide "name" %}`: an icon from the sprite static/icons.svg, so that no page repeats its drawing.

`python -m recordings.templatetags.icons` prints the sprite, drawn by the lucide package from ICONS.
"""

import re

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide as draw

register = template.Library()

ICON_NAMES = """
    activity anchor archive arrow-up ban building-2 check chevron-left chevron-right chevrons-left circle-alert
    circle-check circle-dashed circle-dot circle-minus circle-pause circle-question-mark circle-slash circle-stop
    circle-x clock cloud copy
    copy-x database download file file-check file-headphone file-play file-text file-x files flask-conical
    folder-input hourglass inbox info key-round keyboard languages layers layout-dashboard link list-checks
    list-filter list-video loader loader-circle log-in
    log-out mail map menu minus monitor moon octagon-x pencil play plug plug-zap plus refresh-cw refresh-cw-off
    rotate-cw scroll-text search search-check search-x send shield-alert shield-check shield-question-mark siren
    sliders-horizontal smartphone square-check sun sun-moon trash-2 triangle-alert truck upload user-check user-plus
    users video webhook wifi wifi-off x
"""
ICONS = frozenset(ICON_NAMES.split())


@register.simple_tag
def lucide(name: str, *, size: int = 16, aria_hidden: str = "true") -> SafeString:
    """The icon `name`, `size` pixels wide; the stylesheet knows 16. Raises KeyError when the sprite lacks it."""
    if name not in ICONS:
        raise KeyError(f"{name} is missing in ICONS (recordings/templatetags/icons.py)")
    dimensions = format_html(' width="{0}" height="{0}"', size) if size != 16 else ""
    address = f"{static('icons.svg')}#{name}"
    return format_html('<svg{} aria-hidden="{}"><use href="{}"/></svg>', dimensions, aria_hidden, address)


def sprite() -> str:
    """All icons as symbols. Their colour and the width of their lines come from the page (static/css/base.css)."""
    symbols = "".join(_symbol(name) for name in sorted(ICONS))
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}</svg>\n'


def _symbol(name: str) -> str:
    shapes = re.sub(r"\s*\n\s*", "", re.sub(r"</?svg[^>]*>", "", str(draw(name))))
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>\n'


if __name__ == "__main__":
    print(sprite(), end="")  # noqa: T201 (its output is the file)
