"""A row that cannot be worked on holds up no other, and a database that fails leaves no more in doubt than it must."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from recordings import quota
from recordings.domain.states import State
from recordings.models import ApiCall, Recording, StorageKey
from recordings.sandbox import EntryKind, Fault
from recordings.trro.outcome import Refused
from recordings.worker.cycle import run_cycle

from .site import Site
from .truth import contradictions

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
PAUSES_ARE_OVER = timedelta(seconds=9)
LEASES_ARE_OVER = timedelta(minutes=5)


def test_a_queued_start_whose_key_does_not_open_holds_up_no_other(site: Site) -> None:
    site.sandbox.add_fault(Fault.REQUEST_LIMIT, times=3)
    broken, *others = [site.ask(number).start()[0] for number in range(3)]
    key = StorageKey(storage=site.storage, access_key_sealed=b"x", secret_key_sealed=b"x", replaced_at=timezone.now())
    key.save(force_insert=True)
    Recording.objects.filter(pk=broken.pk).update(storage_key=key, not_before=broken.created_at)
    run_cycle(timezone.now() + PAUSES_ARE_OVER)
    assert _states(others) == {State.ACCEPTED}
    assert _states([broken]) == {State.QUEUED}, "it was never sent, and waits until its key opens"
    assert len(site.sandbox.journal(EntryKind.STARTED)) == 2
    assert not contradictions(site.sandbox)


def test_a_lost_call_that_cannot_be_closed_holds_up_no_other(site: Site) -> None:
    """Such as a row that an administrator repaired by hand, wrongly."""
    lost = [site.ask(number).start()[0] for number in range(3)]
    ApiCall.objects.update(outcome=ApiCall.Outcome.OPEN, task_id="", lease_until=timezone.now())
    ApiCall.objects.filter(recording=lost[0]).update(recording=None)
    run_cycle(timezone.now() + LEASES_ARE_OVER)
    assert set(ApiCall.objects.filter(recording__in=lost[1:]).values_list("code", flat=True)) == {"ProcessLost"}


def test_a_start_that_the_database_stopped_before_it_left_is_refused(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It certainly started nothing, so no user has to find out."""

    def fails(_slot: quota.Slot) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(quota.Slot, "wait", fails)
    recording, outcome = site.ask(0).start()
    assert isinstance(outcome, Refused)
    assert recording.state == State.REFUSED
    assert not site.sandbox.journal()
    assert not contradictions(site.sandbox)


def _states(recordings: list[Recording]) -> set[str]:
    return set(Recording.objects.filter(pk__in=[row.pk for row in recordings]).values_list("state", flat=True))
