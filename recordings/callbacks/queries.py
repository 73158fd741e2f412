"""How a project's callbacks fare: its keys, what came last, how late."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from recordings.lifecycle.callback_complaints import translate_complaint
from recordings.lifecycle.callback_events import detail_of, name_of
from recordings.models import CallbackEvent, CallbackKey, Project
from recordings.trro.callback import read

MAX_SHOWN = 20
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def valid_keys(project: Project) -> QuerySet[CallbackKey]:
    """The keys that a callback may be signed with, the newest first."""
    return CallbackKey.objects.filter(project=project, retired_at=None).order_by("-created_at")


def registered_key(project: Project) -> CallbackKey | None:
    """The key that the vendor signs with, as far as is known: the newest when a URL was last registered."""
    if project.callbacks_registered_at is None:
        return None
    known = CallbackKey.objects.filter(project=project, created_at__lte=project.callbacks_registered_at)
    return known.filter(retired_at=None).order_by("-created_at").first()


def may_retire(key: CallbackKey, registered: CallbackKey | None) -> bool:
    """Whether the vendor certainly signs with another, newer key."""
    return registered is not None and key.created_at < registered.created_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """One callback as it came, and how long after the vendor sent it."""

    event: CallbackEvent
    delay: timedelta | None

    @property
    def delay_seconds(self) -> float | None:
        return self.delay.total_seconds() if self.delay is not None else None

    @property
    def what(self) -> str:
        return name_of(self.event.event_type) if self.event.interpreted_at else _("Not processed yet")

    @property
    def detail(self) -> str:
        return translate_complaint(self.event.complaint) or detail_of(self.event.event_type, self.event.status)


def last_arrived(project: Project) -> list[Arrived]:
    """The newest callbacks of a project. Delay is from the vendor's CallbackTs to our receiving."""
    events = CallbackEvent.objects.filter(project=project).select_related("recording__device")
    return [Arrived(event=event, delay=_delay(event)) for event in events.order_by("-received_at")[:MAX_SHOWN]]


def _delay(event: CallbackEvent) -> timedelta | None:
    sent_at = read(bytes(event.body)).sent_at
    return event.received_at - sent_at if sent_at else None


def cannot_be_reached(project: Project) -> bool:
    """Whether the registered address is one of this machine that only this machine can reach."""
    here = urlsplit(settings.PUBLIC_URL).hostname in LOOPBACK
    endpoint = project.account.endpoint
    vendor = urlsplit(endpoint if "://" in endpoint else f"https://{endpoint}").hostname
    return here and vendor not in LOOPBACK
