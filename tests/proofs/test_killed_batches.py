"""Workers killed at random moments while they send batches: every stream is started once, and every batch ends."""

import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from django.utils import timezone

from recordings.lifecycle.batch_items import state_of_start
from recordings.lifecycle.batches.create import BatchRequest, StartSettings, Target, create_batch
from recordings.lifecycle.reference import new_reference, read_reference
from recordings.models import Batch, BatchItem
from recordings.sandbox import EntryKind
from recordings.worker.cycle import run_cycle

from .figures import Figures
from .servers import begin_command, end
from .site import STREAMS, Site, open_site
from .sizes import size
from .test_random_kills import EVERYTHING_IS_OVER
from .truth import contradictions
from .waits import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
LIMIT = 20
KILLS = size(small=3, full=200)
STARTS = size(small=60, full=1_000)
LONGEST_LIFE = 0.5
"""Seconds from a worker's first call to its death."""


def test_workers_killed_during_batches_lose_and_double_nothing(figures: Figures, own_var: Path) -> None:
    dice = random.Random(17)
    kills = 0
    with open_site(quota=LIMIT, response_delay=0.02) as site:
        batches = [_next_batch(site, 0)]
        while kills < KILLS:
            if not batches[-1].items.filter(state=BatchItem.State.QUEUED).exists():
                batches.append(_next_batch(site, len(batches)))
            kills += _a_worker_lives_and_dies(site, own_var, dice)
        _all_is_concluded()
        assert not contradictions(site.sandbox)
        started = Counter((entry.device, entry.stream) for entry in site.sandbox.journal(EntryKind.STARTED))
        assert set(started.values()) == {1}, "each stream once"
        items = list(BatchItem.objects.select_related("recording"))
        assert all(item.recording and item.state == state_of_start(item.recording) for item in items)
        states = Counter(item.state for item in items)
        assert set(states) <= {BatchItem.State.ACCEPTED, BatchItem.State.UNKNOWN}
        figures.add("workers killed", kills)
        figures.add("batches", len(batches), f"of {STARTS} starts")
        figures.add("accepted", states[BatchItem.State.ACCEPTED])
        figures.add("unknown", states[BatchItem.State.UNKNOWN], "their worker died while they were out")
        figures.add("started twice", sum(number > 1 for number in started.values()))


def _next_batch(site: Site, number: int) -> Batch:
    """A batch of streams that no earlier one has."""
    streams = [(device, stream) for stream in range(STREAMS) for device in site.devices]
    targets = streams[number * STARTS : (number + 1) * STARTS]
    assert len(targets) == STARTS, "the site has too few streams"
    request = BatchRequest(
        name=f"Batch {number}",
        targets=[Target(device=device, video_stream_id=stream) for device, stream in targets],
        settings=StartSettings(storage=site.storage, output_format=3, max_media_file_duration=60, max_idle_time=30),
        reference=read_reference(new_reference()),
    )
    return create_batch(actor=site.operator, request=request)


def _a_worker_lives_and_dies(site: Site, own_var: Path, dice: random.Random) -> int:
    """Start a worker and kill it a moment after its first call; how many were killed at work: 1, or 0."""
    before = len(site.sandbox.journal(EntryKind.CALLED))
    process = begin_command("worker", "--every", "0.1", var_dir=own_var)
    try:
        until(
            lambda: len(site.sandbox.journal(EntryKind.CALLED)) > before or not _something_is_queued(),
            seconds=60,
            what="the worker's first call",
        )
        time.sleep(dice.uniform(0, LONGEST_LIFE))
        process.send_signal(signal.SIGKILL)
    finally:
        end(process)
    return int(len(site.sandbox.journal(EntryKind.CALLED)) > before)


def _something_is_queued() -> bool:
    return BatchItem.objects.filter(state=BatchItem.State.QUEUED).exists()


def _all_is_concluded() -> None:
    """Leases of claimed items run out by the database's clock, those of calls are let run out."""

    def finished() -> bool:
        run_cycle(timezone.now() + EVERYTHING_IS_OVER)
        return not Batch.objects.exclude(state=Batch.State.FINISHED).exists()

    until(finished, seconds=120, what="the end of all batches")
    assert not BatchItem.objects.filter(state__in=BatchItem.OPEN).exists()
