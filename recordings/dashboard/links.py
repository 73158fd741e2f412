"""Addresses of the lists that the dashboard's numbers come from."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone


def history(**filters: object) -> str:
    """The history with these filters."""
    return f"{reverse('recordings')}?{urlencode(filters)}"


def history_between(since: datetime, until: datetime, **filters: object) -> str:
    """The history of what was requested from `since` until before `until`, both on full minutes."""
    last = until - timedelta(minutes=1)  # the last minute counts in full
    return history(**filters, since=_minute(since), until=_minute(last))


def _minute(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"
