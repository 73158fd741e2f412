"""Hostile texts in everything that a person or the vendor can write, read back on every page as everybody."""

from collections import Counter

import pytest
from django.utils import timezone

from recordings.models import (
    Attention,
    AuditCheck,
    AuditEntry,
    CloudAccount,
    Decision,
    Heartbeat,
    Recording,
    StorageKey,
)
from tests.callbacks.signed_posts import make_key
from tests.test_role_matrix import MATRIX, World, world

from .figures import Figures
from .payloads import IDS, PAYLOADS, complaints_about, fill, text_of
from .sizes import size

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
__all__ = ["world"]  # the fixture

CHOSEN = size(small=["attribute in double quotes", "end of a title", "control", "bidirectional"], full=list(PAYLOADS))
GETS = [(name, person) for name, rule in MATRIX.items() for person in sorted(rule.get)]


def furnish(world: World) -> None:
    """One row more of each kind that the matrix needs none of: a try, a decision, a key, what needs attention."""
    now = timezone.now()
    recording, storage = world.objects["recording"], world.objects["storage"]
    recording.calls.create(
        account=recording.account, action="CreateCloudRecording", created_at=now, lease_until=now, outcome="refused",
        closed_at=now, code="x", message="x",
    )  # fmt: skip
    Decision.objects.create(
        recording=recording,
        choice="dismissed",
        reason="x",
        decided_by=world.people["operator"],
        decided_at=now,
        knew_task_id=True,
    )
    Recording.objects.update(attention=Attention.SILENT, attention_at=now)
    StorageKey.objects.filter(storage=storage).update(tested_at=now, test_code="AccessDenied")
    CloudAccount.objects.update(tested_at=now, test_passed=False, test_code="x")
    AuditCheck.objects.create(requested_by="x", finished_at=now, finding="edited", sequence=1)
    Heartbeat.objects.create(name="x", started_at=now, seen_at=now)
    make_key(recording.project)


@pytest.mark.parametrize("payload", CHOSEN)
def test_no_text_is_more_than_text_on_any_page(world: World, payload: str, figures: Figures) -> None:
    furnish(world)
    filled = fill(PAYLOADS[payload], IDS[len(payload) % len(IDS)])
    assert filled > 60
    wrong: list[str] = []
    statuses = Counter[int]()
    for name, person in GETS:
        client = world.client(person)
        for headers in ({}, {"HX-Request": "true"}):
            response = client.get(world.url(name), headers=headers)
            statuses[response.status_code] += 1
            if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
                continue
            wrong += [f"{name} as {person}: {each}" for each in complaints_about(response.content.decode())]
    assert not wrong, "\n".join(wrong)
    assert not [status for status in statuses if status >= 500 and status != 502], statuses
    figures.add(f"pages with {payload}", sum(statuses.values()), f"{filled} texts filled, all inert")


@pytest.mark.parametrize("task_id", IDS)
def test_ids_of_the_vendor_are_shown_and_found_exactly(world: World, task_id: str) -> None:
    Recording.objects.update(task_id=task_id, request_id=f"{task_id}r")
    for person in ("operator", "auditor"):
        client = world.client(person)
        shown = text_of(client.get(world.url("recording")).content.decode())
        assert task_id in shown
        assert f"{task_id}r" in shown
        if not task_id.startswith('"'):  # a search drops the quotes around what was pasted; no id of the vendor has one
            found = client.get("/recordings/", {"q": f"{task_id}r"})
            assert [row.pk for row in found.context["recordings"]] == [world.objects["recording"].pk]


def test_the_trail_shows_what_was_entered_exactly(world: World) -> None:
    AuditEntry.objects.update(after={"task_id": IDS[1]}, target=IDS[1])
    shown = text_of(world.client("auditor").get(world.url("audit_entry")).content.decode())
    assert IDS[1] in shown


def test_a_text_that_got_through_would_be_noticed() -> None:
    for name in ("element", "attribute in double quotes", "control", "bidirectional", "script"):
        assert complaints_about(f'<p title="{PAYLOADS[name]}">{PAYLOADS[name]}</p>'), name
