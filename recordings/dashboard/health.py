"""Workers, callbacks and keys in one line: each as a tone, a few words, and the page that says more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recordings.heartbeat import is_alive
from recordings.lifecycle.health import callback_health, current_storage_keys
from recordings.models import Heartbeat, User

MAX_PROJECTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthItem:
    """One part of the installation."""

    name: str
    tone: str
    """good, warn or bad."""
    words: str
    url: str
    since: datetime | None = None
    """A moment that the words are about, to the minute."""


def health_of(user: User, now: datetime) -> Sequence[HealthItem]:
    """How everything is that recordings depend on, as far as this user sees it."""
    return [_workers(now), _callbacks(user), _keys(user)]


def _workers(now: datetime) -> HealthItem:
    running = sum(is_alive(seen_at, now) for seen_at in Heartbeat.objects.values_list("seen_at", flat=True)[:50])
    words = (
        ngettext("%d worker running", "%d workers running", running) % running if running else _("No worker running")
    )
    return HealthItem(
        name="workers", tone="good" if running else "bad", words=words, url=f"{reverse('status')}#workers"
    )


def _callbacks(user: User) -> HealthItem:
    projects = list(callback_health(user).filter(account__retired_at=None)[:MAX_PROJECTS])
    without = [each for each in projects if each.callbacks_registered_at is None]
    moments: list[datetime | None] = [getattr(each, "last_callback_at") for each in projects]  # noqa: B009 - annotated
    last = max(filter(None, moments), default=None)
    if without:
        n = len(without)
        words = ngettext("%d project without callbacks", "%d projects without callbacks", n) % n
    else:
        words = _("Callbacks registered") if last is None else _("Last callback")
    return HealthItem(
        name="callbacks",
        tone="warn" if without else "good",
        words=words,
        url=f"{reverse('status')}#callbacks",
        since=last.replace(second=0, microsecond=0) if last and not without else None,
    )


def _keys(user: User) -> HealthItem:
    rights = list(
        current_storage_keys(user, "status.see").filter(storage__retired_at=None).values_list("can_write", flat=True)
    )
    failed, untested = rights.count(False), rights.count(None)
    if failed:
        words = ngettext("%d storage key cannot write", "%d storage keys cannot write", failed) % failed
    elif untested:
        words = ngettext("%d storage key not tested", "%d storage keys not tested", untested) % untested
    else:
        words = _("Storage keys tested") if rights else _("No storage yet")
    tone = "bad" if failed else "warn" if untested or not rights else "good"
    return HealthItem(name="keys", tone=tone, words=words, url=f"{reverse('status')}#keys")
