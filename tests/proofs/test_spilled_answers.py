"""An answer that the database does not take is kept in the spill file, and taken in once, whatever is killed."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections
from django.utils import timezone

from recordings import spill
from recordings.domain.states import State
from recordings.lifecycle import start
from recordings.models import ApiCall, Recording
from recordings.sandbox import EntryKind
from recordings.trro.outcome import Outcome
from recordings.worker.cycle import give_up_lost_calls, run_cycle

from .site import Ask, Site, open_site
from .trouble import be_impatient, cut_every_connection, locked_database
from .truth import contradictions, starts_of
from .waits import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
PAST_EVERY_LEASE = timedelta(hours=1)
on_postgresql_only = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no connections to cut")


@pytest.fixture
def site(_django_db_helper: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site whose answers take 0.4 seconds: time to get in their way."""
    be_impatient(monkeypatch)
    with open_site(response_delay=0.4) as opened:
        yield opened


def test_an_answer_to_a_locked_database_is_taken_in_by_the_next_cycle(site: Site) -> None:
    with _out(site, [site.ask(0)]), locked_database():
        until(_is_anything_spilled)
    assert Recording.objects.get().state == State.SENDING
    run_cycle(timezone.now())
    _is_told_as_it_was(site)


def test_an_answer_that_was_kept_counts_even_when_its_call_is_about_to_be_given_up(site: Site) -> None:
    with _out(site, [site.ask(0)]), locked_database():
        until(_is_anything_spilled)
    run_cycle(timezone.now() + PAST_EVERY_LEASE)
    _is_told_as_it_was(site)


def test_an_answer_that_was_kept_counts_even_when_another_machine_gave_its_call_up(site: Site) -> None:
    with _out(site, [site.ask(0)]), locked_database():
        until(_is_anything_spilled)
    give_up_lost_calls(timezone.now() + PAST_EVERY_LEASE)
    assert Recording.objects.get().state == State.UNKNOWN
    run_cycle(timezone.now())
    assert Recording.objects.get().state == State.ACCEPTED
    assert not contradictions(site.sandbox)


def test_a_process_that_gets_sigterm_while_it_stores_keeps_the_answer(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ends(_row: ApiCall, _outcome: Outcome) -> Recording:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(start, "conclude_start", ends)
        with pytest.raises(SystemExit):
            site.ask(0).start()
    run_cycle(timezone.now())
    _is_told_as_it_was(site)


@on_postgresql_only
def test_an_answer_on_a_connection_that_was_cut_is_stored_or_taken_in_by_the_next_cycle(site: Site) -> None:
    with _out(site, [site.ask(0)]):
        cut_every_connection()
    run_cycle(timezone.now())
    _is_told_as_it_was(site)


def test_several_answers_are_taken_in_together(site: Site) -> None:
    with _out(site, [site.ask(number) for number in range(6)]), locked_database():
        until(lambda: _spilled() == 6)
    run_cycle(timezone.now())
    assert Recording.objects.filter(state=State.ACCEPTED).count() == 6
    _is_told_as_it_was(site)


def test_without_a_spill_file_either_the_task_id_stands_in_one_line_of_the_log(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    spill.path().mkdir()  # not even root can write to that
    with _out(site, [site.ask(0)]) as threads, locked_database():
        threads[0].join()
    (task,) = site.sandbox.live()
    errors = [_event(record) for record in caplog.records if record.levelname == "ERROR"]
    assert [event["event"] for event in errors if task.task_id in str(event)] == ["answer_not_stored"]
    run_cycle(timezone.now() + PAST_EVERY_LEASE)
    assert Recording.objects.get().state == State.UNKNOWN
    assert not contradictions(site.sandbox)


@contextmanager
def _out(site: Site, asks: Sequence[Ask]) -> Iterator[list[threading.Thread]]:
    """The block runs when all the requests have been acted on, and their answers are not here yet."""
    threads = [threading.Thread(target=_start, args=(ask,), daemon=True) for ask in asks]
    for thread in threads:
        thread.start()
    try:
        until(lambda: len(site.sandbox.journal(EntryKind.STARTED)) == len(asks))
        yield threads
    finally:
        for thread in threads:
            thread.join()


def _start(ask: Ask) -> None:
    try:
        ask.start()
    except DatabaseError:
        pass  # what is shown afterwards cannot be read either
    finally:
        connections.close_all()


def _spilled() -> int:
    if not spill.path().exists():
        return 0
    content = spill.path().read_bytes()
    return sum(content[place] != 0 for place in range(0, len(content), spill.SLOT_BYTES))


def _is_anything_spilled() -> bool:
    return _spilled() > 0


def _is_told_as_it_was(site: Site) -> None:
    assert not _spilled()
    assert not contradictions(site.sandbox)
    started = starts_of(site.sandbox.journal())
    assert {row.reference: [row.task_id] for row in Recording.objects.all()} == started
    assert ApiCall.objects.count() == len(started)


def _event(record: Any) -> dict[str, Any]:
    return record.msg if isinstance(record.msg, dict) else {"event": record.getMessage()}
