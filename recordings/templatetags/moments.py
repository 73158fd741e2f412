"""Points in time on a page: `{% moment value %}`, and `{% time_zone %}`, which names the page's time zone once.

Relative while younger than an hour ("3 min ago"), then as short as is clear: the time today, day and month this year,
else the date. The full time with its zone is in the title, for the pointer and for print. static/js/moments.js keeps
relative ones current, in the words of `moment_words`.
"""

from datetime import datetime, timedelta
from typing import Literal

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext

register = template.Library()

Form = Literal["relative", "absolute", "clock"]

AN_HOUR = timedelta(hours=1)
A_MINUTE = timedelta(minutes=1)
CLOCKS_APART = timedelta(seconds=5)
"""By how much a moment may lie in the future and still be called "just now": other machines' clocks differ."""


@register.simple_tag
def moment(value: datetime | None, form: Form = "relative") -> SafeString:
    """A `<time>`; a dash for None.

    `absolute` shows date and time to the second however old it is, `clock` the time of day alone to the second, for
    lists that name the day elsewhere.
    """
    if value is None:
        return mark_safe("–")
    local = timezone.localtime(value)
    age = timezone.now() - value
    is_relative = form == "relative" and abs(age) < AN_HOUR
    return format_html(
        '<time datetime="{}" title="{} {}" data-moment{}>{}</time>',
        local.isoformat(timespec="seconds"),
        f"{local:%Y-%m-%d %H:%M:%S}",
        zone_name(local),
        mark_safe('="relative"') if is_relative else "",
        _relative(age) if is_relative else _shown(local, form),
    )


@register.simple_tag
def time_zone() -> SafeString:
    """The time zone of every time on the page, such as UTC+8, with its full name in the title."""
    now = timezone.localtime()
    name = timezone.get_current_timezone_name()
    title = gettext("Times are in the time zone %(name)s") % {"name": name}
    return format_html('<abbr title="{}">{}</abbr>', title, zone_name(now))


@register.simple_tag
def moment_words() -> SafeString:
    """The words of relative times and this server's clock, as attributes for static/js/moments.js."""
    return format_html(
        'data-clock="{}" data-now="{}" data-ago="{}" data-ahead="{}"',
        round(timezone.now().timestamp() * 1000),
        _relative(timedelta(0)),
        minutes_ago("{n}"),
        minutes_ahead("{n}"),
    )


def zone_name(local: datetime) -> str:
    """The offset of an aware datetime from UTC: `UTC`, `UTC+8`, `UTC-3:30`."""
    offset = local.utcoffset() or timedelta(0)
    minutes = round(abs(offset).total_seconds() / 60)
    if not minutes:
        return "UTC"
    sign = "-" if offset < timedelta(0) else "+"
    return f"UTC{sign}{minutes // 60}" + (f":{minutes % 60:02}" if minutes % 60 else "")


def minutes_ago(number: object) -> str:
    return pgettext("age", "%(n)s min ago") % {"n": number}


def minutes_ahead(number: object) -> str:
    return pgettext("age", "in %(n)s min") % {"n": number}


def _relative(age: timedelta) -> str:
    """Whole minutes: rounded down in the past, up in the future."""
    if -CLOCKS_APART <= age < A_MINUTE:
        return pgettext("age", "just now")
    return minutes_ago(age // A_MINUTE) if age > timedelta(0) else minutes_ahead(-(age // A_MINUTE))


def _shown(local: datetime, form: Form) -> str:
    today = timezone.localdate()
    if form == "absolute":
        return f"{local:%Y-%m-%d %H:%M:%S}"
    if form == "clock":
        return f"{local:%H:%M:%S}"
    if local.date() == today:
        return f"{local:%H:%M}"
    # Translators: a day of this year and the time, in Django's format characters
    this_year = pgettext("date format", "j M H:i")
    # Translators: a day of another year, in Django's format characters
    other_year = pgettext("date format", "j M Y")
    return date_format(local, this_year if local.year == today.year else other_year)
