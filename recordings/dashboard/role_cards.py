"""Further numbers for auditors and for credential admins."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recordings.dashboard.links import history, history_between
from recordings.identity.factors import FACTORS
from recordings.lifecycle.unclaimed_rows import MAX_COUNTED, as_capped, capped_count
from recordings.models import AuditCheck, AuditEntry, CloudAccount, HourlyCount, Project, Recording, StorageKey, User
from recordings.permissions import holds, holds_everywhere

OLD = timedelta(days=90)
"""The age from which a key should be replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A number, what it counts, and the list of it."""

    name: str
    label: Promise
    number: str
    url: str
    tone: str = ""
    """warn or bad where someone has to act."""
    since: datetime | None = None


def cards_for(user: User, projects: Collection[int], now: datetime) -> Sequence[Card]:
    """The cards of the user's roles; none for those who only operate, and on a wall display."""
    cards: list[Card] = []
    if holds(user, "audit.verify"):
        cards += _for_auditors(user, projects, now)
    if holds(user, "credential.change"):
        cards += _for_admins(now)
    return cards


def _for_auditors(user: User, projects: Collection[int], now: datetime) -> Iterator[Card]:
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    started = HourlyCount.objects.filter(project__in=projects, hour__gte=today, outcome="accepted")
    yield Card(
        name="today",
        label=_("Started today"),
        number=str(started.order_by().aggregate(count=Sum("count"))["count"] or 0),
        url=history_between(today, today + timedelta(days=1), outcome="accepted"),
    )
    missing = Recording.objects.filter(project__in=projects, upload_state="incomplete").order_by()
    yield Card(
        name="missing",
        label=_("Files missing"),
        number=(number := capped_count(missing)),
        url=history(upload_state="incomplete"),
        tone="" if number == "0" else "warn",
    )
    closed = AuditEntry.objects.filter(action="recording.closed")
    if not holds_everywhere(user, "audit.see"):
        closed = closed.filter(project_id__in=Project.objects.filter(pk__in=projects).values("project_id"))
    latest = closed.order_by("-sequence").values_list("at", flat=True)[: MAX_COUNTED + 1]
    yield Card(
        name="closed",
        label=_("Closed by users today"),
        number=as_capped(sum(at >= today for at in latest)),
        url=f"{reverse('audit')}?action=recording.closed&since={today:%Y-%m-%d}",
    )
    last = AuditCheck.objects.filter(finished_at__isnull=False).first()
    yield Card(
        name="trail",
        label=_("Audit trail verified"),
        number="–" if last is None else "✗" if last.finding else "✓",
        url=reverse("audit_checks"),
        tone="bad" if last and last.finding else "",
        since=last.finished_at if last else None,
    )


def _for_admins(now: datetime) -> Iterator[Card]:
    accounts = CloudAccount.objects.filter(retired_at=None)
    keys = StorageKey.objects.filter(replaced_at=None, storage__retired_at=None)
    old_accounts, old_keys = accounts.filter(key_set_at__lt=now - OLD), keys.filter(created_at__lt=now - OLD)
    yield _admin_card("old_accounts", _("Account keys older than 90 days"), old_accounts.count(), reverse("accounts"))
    yield _admin_card("old_keys", _("Storage keys older than 90 days"), old_keys.count(), reverse("storages"))
    failed = accounts.filter(test_passed=False).count() + keys.filter(can_write=False).count()
    yield _admin_card("failed", _("Failed key tests"), failed, reverse("status") + "#keys", tone="bad")
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    people = User.objects.filter(Q(is_active=True), ~Exists(factor)).exclude(memberships=None).distinct()
    yield _admin_card("factors", _("Users without a second factor"), people.count(), reverse("people"))


def _admin_card(name: str, label: Promise, number: int, url: str, *, tone: str = "warn") -> Card:
    return Card(name=name, label=label, number=str(number), url=url, tone=tone if number else "")
