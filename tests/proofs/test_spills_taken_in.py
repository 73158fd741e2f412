"""Taking in what was spilled: killed at any point, damaged, or meant for another database, nothing is stored wrong."""

import random
import time

import pytest
from django.utils import timezone

from recordings import calls, spill
from recordings.domain.states import State
from recordings.models import ApiCall, Recording
from recordings.trro.outcome import Outcome
from recordings.worker.cycle import run_cycle
from recordings.worker.spills import restore_spills

from .children import take_in, take_in_and_die
from .figures import Figures
from .processes import running
from .site import Site
from .sizes import size
from .truth import contradictions

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
ANSWERS = size(small=12, full=200)


@pytest.fixture
def spilled(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Three answers that only the spill file holds."""
    _spill(site, monkeypatch, 3)
    return site


@pytest.mark.parametrize("before", [True, False], ids=["before its commit", "after its commit"])
@pytest.mark.parametrize("answer", [1, 2, 3])
def test_killed_while_taking_in_one_answer_all_are_stored_once(spilled: Site, answer: int, before: bool) -> None:
    with running(take_in_and_die, answer, before) as child:
        child.join()
    run_cycle(timezone.now())
    _all_are_stored_once(spilled, 3)


def test_killed_again_and_again_at_random_all_are_stored_once(
    site: Site, monkeypatch: pytest.MonkeyPatch, figures: Figures
) -> None:
    _spill(site, monkeypatch, ANSWERS)
    dice, kills = random.Random(5), 0
    while Recording.objects.filter(state=State.SENDING).exists():
        with running(take_in) as child:
            time.sleep(dice.uniform(0.0, 0.05) * (1 + kills / 8))  # on a busy machine a child needs longer to begin
            kills += child.is_alive()
    restore_spills()
    _all_are_stored_once(site, ANSWERS)
    figures.add("spilled answers", ANSWERS)
    figures.add("kills while they were taken in", kills)


def test_two_that_take_in_at_once_store_every_answer_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    _spill(site, monkeypatch, ANSWERS)
    with running(take_in) as one, running(take_in) as other:
        one.join()
        other.join()
    _all_are_stored_once(site, ANSWERS)


def test_a_damaged_answer_holds_up_no_other_and_is_not_made_sense_of(spilled: Site) -> None:
    with spill.path().open("r+b") as file:
        file.write(b"{" * spill.SLOT_BYTES)
    restore_spills()
    assert Recording.objects.filter(state=State.ACCEPTED).count() == 2
    assert Recording.objects.filter(state=State.SENDING).count() == 1


def test_an_answer_for_another_database_goes_nowhere(spilled: Site, caplog: pytest.LogCaptureFixture) -> None:
    """The database was replaced by an older copy, and its row numbers now mean other calls."""
    ApiCall.objects.update(created_at=timezone.now())
    run_cycle(timezone.now())
    assert set(Recording.objects.values_list("state", "task_id")) == {(State.SENDING, "")}
    for task in spilled.sandbox.live():
        assert task.task_id in caplog.text, "the last resort is the log"


def test_a_file_that_the_disk_had_no_room_for_is_completed_later(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    spill.path().write_bytes(b"")
    _spill(site, monkeypatch, 2)
    run_cycle(timezone.now())
    _all_are_stored_once(site, 2)


def _spill(site: Site, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(calls, "store", _keep)
        for place in range(number):
            site.ask(place).start()


def _keep(row: ApiCall, outcome: Outcome, _conclude: object) -> None:
    spill.keep(call_id=row.pk, opened_at=row.created_at, outcome=outcome)


def _all_are_stored_once(site: Site, number: int) -> None:
    assert not contradictions(site.sandbox)
    assert Recording.objects.filter(state=State.ACCEPTED).count() == number
    assert ApiCall.objects.filter(outcome=ApiCall.Outcome.ACCEPTED, late=False).count() == number
    assert ApiCall.objects.count() == number
    assert not spill.path().read_bytes().strip(b"\0")
