"""Real workers write anchors by themselves, and several of them on one machine no more than one."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from recordings.audit_log.anchor_file import known_anchors
from recordings.audit_log.verify import verify
from recordings.models import AuditEntry
from tests.audit.entries import entered

from .children import serve_queue
from .figures import Figures
from .processes import running

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]


def test_two_workers_anchor_the_trail_once(own_var: Path, figures: Figures) -> None:
    for _ in range(3):
        entered()
    queue, slack, began = f"sqlite:///{own_var / 'queue.sqlite3'}", timedelta(seconds=5), time.monotonic()
    with running(serve_queue, queue, slack), running(serve_queue, queue, slack):
        while not known_anchors() and time.monotonic() < began + 60:
            time.sleep(0.05)
        figures.add("seconds until the first anchor", time.monotonic() - began, "from the start of two workers")
        time.sleep(3)
    assert [(anchor.sequence, anchor.mac) for anchor in known_anchors()] == [
        (3, AuditEntry.objects.get(sequence=3).mac)
    ]
    assert Path(settings.AUDIT_ANCHOR).stat().st_mode & 0o777 == 0o600
    assert verify().finding is None
