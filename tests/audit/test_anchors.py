"""Anchors: what the file holds, who may read it, when a line is added, and what they find."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from recordings.audit_log.anchor_file import TAIL, known_anchors, newest_anchors
from recordings.audit_log.anchors import EVERY, anchor_now, anchor_when_due, trouble
from recordings.audit_log.findings import Finding
from recordings.audit_log.verify import verify
from recordings.models import AuditEntry, AuditHead

from .entries import entered

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(settings: Settings, tmp_path: Path) -> Path:
    settings.AUDIT_ANCHOR = tmp_path / "outside" / "anchors.jsonl"
    return settings.AUDIT_ANCHOR  # type: ignore[no-any-return]


def grow(entries: int = 1) -> None:
    for _ in range(entries):
        entered()


def cut_after(sequence: int) -> None:
    """As a person does who may write to the tables: the head fits what is left."""
    AuditEntry.objects.filter(sequence__gt=sequence).delete()
    AuditHead.objects.update(sequence=sequence, mac=AuditEntry.objects.get(sequence=sequence).mac)


def test_the_file_holds_the_chains_end_and_only_its_owner_reads_it(file: Path) -> None:
    grow(3)
    anchor_now(timezone.now())
    line = json.loads(file.read_text())
    assert (line["sequence"], line["mac"]) == (3, AuditEntry.objects.get(sequence=3).mac)
    assert file.stat().st_mode & 0o777 == 0o600


def test_nothing_is_added_before_its_time_or_when_nothing_was_entered(file: Path) -> None:
    now = timezone.now()
    anchor_when_due(now)
    assert known_anchors() == []
    grow()
    for _worker in range(3):
        anchor_when_due(now)
    grow()
    anchor_when_due(now + EVERY / 2)
    assert [anchor.sequence for anchor in known_anchors()] == [1]
    anchor_when_due(now + EVERY)
    anchor_when_due(now + 2 * EVERY)
    assert [anchor.sequence for anchor in known_anchors()] == [1, 2]


def test_a_tail_cut_before_the_last_anchor_is_found_though_the_head_fits(file: Path) -> None:
    grow(6)
    anchor_now(timezone.now())
    cut_after(4)
    result = verify()
    assert (result.finding, result.sequence) == (Finding.CUT, 5)


def test_a_tail_that_grew_again_does_not_fit_the_anchor(file: Path) -> None:
    grow(6)
    anchor_now(timezone.now())
    cut_after(4)
    grow(5)
    result = verify()
    assert (result.finding, result.sequence) == (Finding.ANCHOR, 6)


def test_an_anchor_that_was_kept_elsewhere_counts_without_the_file(file: Path) -> None:
    grow(6)
    anchor_now(timezone.now())
    kept = known_anchors()[-1]
    file.unlink()
    cut_after(4)
    assert verify().finding is None, "no check ever saw it: the trail knows of no file"
    assert verify(also=(kept,)).finding is Finding.CUT


def test_a_chain_that_shrank_is_not_anchored_again_and_says_so(file: Path) -> None:
    grow(6)
    anchor_now(timezone.now())
    cut_after(4)
    anchor_now(timezone.now())
    assert [anchor.sequence for anchor in known_anchors()] == [6]
    assert "6" in trouble()


def test_an_end_that_does_not_follow_is_not_anchored(file: Path) -> None:
    grow(3)
    AuditEntry.objects.filter(sequence=3).update(reason="edited")
    anchor_now(timezone.now())
    assert known_anchors() == []
    assert trouble()


@pytest.mark.parametrize(
    "line", ["{}", "nonsense", "[]", '{"sequence": 2, "mac": "x", "at": "y", "proof": "z"}', "\x00\xff"]
)
def test_lines_of_others_are_believed_in_nothing_and_fail_the_check(file: Path, line: str) -> None:
    grow(2)
    anchor_now(timezone.now())
    with file.open("a") as open_file:
        open_file.write(f"{line}\n")
    grow()
    anchor_now(timezone.now())
    assert [anchor.sequence for anchor in known_anchors()] == [2, 3]
    anchors, strangers = newest_anchors(50)
    assert [anchor.sequence for anchor in anchors] == [3, 2]
    assert strangers == 1
    assert verify().finding is Finding.GARBLED


def test_a_line_that_a_power_loss_cut_is_no_finding_and_makes_room_for_the_next(file: Path) -> None:
    grow(2)
    anchor_now(timezone.now())
    whole = file.read_bytes()
    file.write_bytes(whole + whole[: len(whole) // 2])
    assert verify().finding is None
    grow()
    anchor_now(timezone.now())
    assert [(anchor.sequence, anchor.number) for anchor in known_anchors()] == [(2, 1), (3, 2)]
    assert file.read_bytes().startswith(whole)
    assert verify().finding is None


def test_a_changed_anchor_is_not_ours(file: Path) -> None:
    grow(2)
    anchor_now(timezone.now())
    file.write_text(file.read_text().replace('"sequence": 2', '"sequence": 1'))
    assert known_anchors() == []


def test_the_newest_are_found_at_the_end_of_a_long_file(file: Path) -> None:
    grow(1)
    anchor_now(timezone.now())
    line = file.read_bytes()
    file.write_bytes(line * (2 * TAIL // len(line)))
    grow(1)
    anchor_now(timezone.now())
    anchors, strangers = newest_anchors(50)
    assert len(anchors) == 50
    assert anchors[0].sequence == 2
    assert strangers == 0


def test_a_file_that_cannot_be_written_is_reported_and_stops_nothing(file: Path, settings: Settings) -> None:
    file.parent.mkdir()
    file.mkdir()
    grow()
    anchor_when_due(timezone.now())
    assert trouble() == "Is a directory"
    settings.AUDIT_ANCHOR = file.with_name("another")
    anchor_when_due(timezone.now() + timedelta(minutes=1))
    assert trouble() == ""
