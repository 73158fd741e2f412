"""Starts whose answers are lost after the task was created: the bucket gives every TaskId back by itself.

Time is moved, not waited for: the sandbox's clock and the cycle's go ahead by the same seconds.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from recordings.audit_log.record import SYSTEM
from recordings.audit_log.verify import verify
from recordings.callbacks.registration import set_up
from recordings.domain.states import State
from recordings.lifecycle.bucket_scan import due_scans
from recordings.models import Attention, CallbackEvent, Recording, StorageKey
from recordings.models.profiles import OutputFormat
from recordings.sandbox import Fault
from recordings.sandbox.bucket_server import BucketServer, running_bucket_server
from recordings.worker.cycle import run_cycle
from tests.factories import STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY

from .figures import Figures
from .site import Site, open_site
from .sizes import size
from .truth import starts_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
STARTS = size(small=12, full=400)
STEP = 5
LONGEST_FILE_MINUTES = 1
PATIENCE_SECONDS = 600


@dataclass(kw_only=True)
class Stage:
    """A site whose sandbox records into a bucket, and how far its time is ahead."""

    site: Site
    bucket: BucketServer
    ahead: timedelta = timedelta(0)
    took: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    """By output format: seconds from the start to the moment at which its TaskId was known."""

    def lose_the_answers(self) -> None:
        """Start half of them as HLS and half as mp4: each runs, and its response is lost."""
        self.site.sandbox.add_fault(Fault.RESET_AFTER, times=None)
        for number in range(STARTS):
            if number % 2:
                self.site.ask(number).start(output_format=OutputFormat.HLS, max_media_file_duration=None)
            else:
                self.site.ask(number).start(max_media_file_duration=LONGEST_FILE_MINUTES)
        assert Recording.objects.filter(state=State.UNKNOWN).count() == STARTS

    def pass_time(self) -> None:
        """A step ahead, with everything that becomes due on either side."""
        self.ahead += timedelta(seconds=STEP)
        if not self.site.sandbox.parts.advance(STEP, timeout=PATIENCE_SECONDS):
            raise TimeoutError("the sandbox's recorders did not come to rest")
        unknown = set(Recording.objects.filter(state=State.UNKNOWN).values_list("pk", flat=True))
        now = timezone.now() + self.ahead
        run_cycle(now)
        while due_scans(now).exists():
            run_cycle(now)
        for recording in Recording.objects.filter(pk__in=unknown).exclude(task_id=""):
            self.took[recording.output_format].append((now - recording.created_at).total_seconds())

    def tell(self, figures: Figures) -> None:
        for output_format, seconds in sorted(self.took.items()):
            name = OutputFormat(output_format).label
            figures.add(f"{name}: recovered by itself", len(seconds))
            figures.add(f"{name}: seconds until it was, median", float(median(seconds)), "of the sandbox's time")
            figures.add(f"{name}: seconds until it was, longest", max(seconds))


@pytest.fixture
def stage(transactional_db: None, settings: Settings) -> Iterator[Stage]:
    with running_bucket_server() as bucket:
        settings.SANDBOX_STORAGE = bucket.url
        with open_site(storage_endpoint=bucket.url) as site:
            bucket.create(site.storage.bucket, region=site.storage.region)
            bucket.grant(STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY)
            yield Stage(site=site, bucket=bucket)


def test_every_lost_task_id_is_found_in_the_bucket(stage: Stage, figures: Figures) -> None:
    stage.lose_the_answers()
    _all_are_found(stage)
    assert {State.ACCEPTED} == set(Recording.objects.values_list("state", flat=True))
    stage.tell(figures)


def test_with_callbacks_they_are_found_and_are_recording(
    stage: Stage, figures: Figures, live_server: LiveServer, settings: Settings
) -> None:
    settings.PUBLIC_URL = live_server.url
    set_up(actor=SYSTEM, project=stage.site.devices[0].project)
    stage.lose_the_answers()
    _all_are_found(stage)
    for _ in range(100):  # one cycle interprets for less than a second
        stage.pass_time()
        if not CallbackEvent.objects.filter(interpreted_at=None).exists():
            break
    assert {State.RECORDING} == set(Recording.objects.values_list("state", flat=True))
    stage.tell(figures)


def test_with_a_key_that_may_not_list_all_of_them_need_a_person(stage: Stage, figures: Figures) -> None:
    stage.bucket.grant(STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY, "PutObject", "GetObject", "DeleteObject")
    stage.lose_the_answers()
    for _ in range(4 * 60 // STEP):
        stage.pass_time()
    marked = Recording.objects.filter(state=State.UNKNOWN, attention=Attention.CANNOT_LIST)
    assert marked.count() == STARTS
    assert StorageKey.objects.get().can_list is False
    _nothing_was_started_twice(stage)
    figures.add("marked for attention, key may not list", STARTS)
    scan_count = stage.bucket.guard.asked.count("ListBucket")
    figures.add("looks refused for each in four minutes", scan_count / STARTS)


def _all_are_found(stage: Stage) -> None:
    for seconds in itertools.count(STEP, STEP):
        stage.pass_time()
        if not Recording.objects.filter(state=State.UNKNOWN).exists():
            break
        assert seconds < PATIENCE_SECONDS, f"{Recording.objects.filter(state=State.UNKNOWN).count()} are still unknown"
    _nothing_was_started_twice(stage)
    started = starts_of(stage.site.sandbox.journal())
    assert {row.reference: [row.task_id] for row in Recording.objects.all()} == started
    assert not Recording.objects.filter(is_duplicate=True).exists()


def _nothing_was_started_twice(stage: Stage) -> None:
    started = starts_of(stage.site.sandbox.journal())
    assert len(started) == STARTS
    assert all(len(task_ids) == 1 for task_ids in started.values())
    assert verify().finding is None
