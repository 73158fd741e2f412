"""Days and minutes that lists are filtered by: `2026-11-28` or `2026-11-28T14:30`, in the project's time zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _

BEFORE_EVERYTHING = date(1970, 1, 1)
"""Earlier days have no moment in every time zone."""
A_MINUTE = timedelta(minutes=1)


def midnight(day: date) -> datetime:
    """When a day begins in the project's time zone: as a moment, so that the database finds it by its index."""
    return timezone.make_aware(datetime.combine(max(day, BEFORE_EVERYTHING), time.min))


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A whole day, or a whole minute of one, as it was typed."""

    text: str
    begins: datetime
    ends: datetime | None
    """When the next one begins; None for the last day of the calendar."""

    def __str__(self) -> str:
        return self.text


class MomentField(forms.Field):
    """A day, or a day and a time."""

    default_error_messages = {"invalid": _("Enter a date, or a date and a time.")}

    def to_python(self, value: Any) -> Moment | None:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            if day := parse_date(text):
                return Moment(text=text, begins=midnight(day), ends=_next_midnight(day))
            if typed := parse_datetime(text):
                return _of_minute(typed)
        except (ValueError, OverflowError):
            pass
        raise ValidationError(self.error_messages["invalid"], code="invalid")


def _next_midnight(day: date) -> datetime | None:
    return None if day == date.max else midnight(day + timedelta(days=1))


def _of_minute(typed: datetime) -> Moment:
    at = max(typed if typed.tzinfo else timezone.make_aware(typed), datetime(1970, 1, 2, tzinfo=UTC))
    return Moment(text=f"{timezone.localtime(at):%Y-%m-%d %H:%M}", begins=at, ends=at + A_MINUTE)


class MomentInput(forms.DateTimeInput):
    """The browser's own field for date and time. A day alone begins, or ends, at `time_of_days`."""

    input_type = "datetime-local"

    def __init__(self, *, time_of_days: str) -> None:
        super().__init__(attrs={"data-day": f"T{time_of_days}"})

    def format_value(self, value: Any) -> str:
        text = str(value or "").replace(" ", "T")
        return text + self.attrs["data-day"] if len(text) == len("2026-11-28") else text


class MomentFilter(django_filters.Filter):  # type: ignore[misc]
    """A filter by a `Moment`, applied by the method of its list."""

    field_class = MomentField
